using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The commands that found, change and leave networks.</content>
public sealed partial class NodeCore
{
    private const int PrefixAttemptsMax = 256;

    /// <summary>Founds a network with this device as its first admin.</summary>
    /// <param name="now">Both clocks.</param>
    /// <param name="name">The network's name: a DNS label.</param>
    /// <param name="occupied">IPv4 networks this machine uses already; the network's /20 is drawn apart from them.</param>
    /// <exception cref="NodeCoreException">The name is none, a limit is reached, or it could not be stored.</exception>
    public MembershipLog CreateNetwork(ClockReading now, string name, IReadOnlyList<Paths.InternetPrefix> occupied)
    {
        ArgumentNullException.ThrowIfNull(occupied);
        if (!DeviceName.IsValid(name))
        {
            throw new NodeCoreException(NodeCoreError.NameInvalid, name);
        }

        if (_networks.Count >= NodeLimits.NetworksMax)
        {
            throw new NodeCoreException(NodeCoreError.TooManyNetworks, name);
        }

        MembershipLog log = MembershipLog.Found(_key, name, _options.DeviceName, DrawPrefix(occupied), now.WallMilliseconds, _random, out NetworkSecret secret);
        LocalNetwork network = new(log, Id) { Secret = secret, WasActive = true };
        Require(SaveSecret(network));
        Require(_store.AppendStatements(log.Id, [.. log.Statements.Select(statement => statement.Encoded)]));
        network.StoredCount = log.Statements.Count;
        NoteOwnHead(network);
        network.KeepMemoryAt = now.Monotonic;
        _networks[log.Id] = network;
        Reconcile(now);
        Settle(now);
        return log;
    }

    /// <summary>Makes an invite: states its public key and returns the line that holds its secret half.</summary>
    /// <exception cref="NodeCoreException">This device may not, a limit is reached, or it could not be stored.</exception>
    public InviteLine CreateInvite(ClockReading now, NetworkId id, MemberRole role, int uses, TimeSpan lifetime)
    {
        LocalNetwork network = FindWhole(id);
        using NodeKey inviteKey = NodeKey.Generate(_random);
        ulong expires = (ulong)Math.Max(0, now.WallMilliseconds) + (ulong)lifetime.TotalMilliseconds;
        Commit(now, network, "", network.Log.PrepareInvite(_key, inviteKey.Id, role, (ushort)uses, expires, now.WallMilliseconds));
        Span<byte> secret = stackalloc byte[InviteLine.SecretBytes];
        inviteKey.CopySeed(secret);
        InviteLine line = new(id, secret, network.Log.State.Name, Hints(network));
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(secret);
        return line;
    }

    /// <summary>Gives a device another name.</summary>
    /// <exception cref="NodeCoreException">This device may not, the name is taken or none, or it could not be stored.</exception>
    public void Rename(ClockReading now, NetworkId id, NodeId device, string name)
    {
        LocalNetwork network = FindWhole(id);
        Commit(now, network, name, network.Log.PrepareRename(_key, device, name, now.WallMilliseconds));
    }

    /// <summary>Gives a device another role.</summary>
    /// <exception cref="NodeCoreException">This device may not, it is the last admin, or it could not be stored.</exception>
    public void SetRole(ClockReading now, NetworkId id, NodeId device, MemberRole role)
    {
        LocalNetwork network = FindWhole(id);
        Commit(now, network, "", network.Log.PrepareRole(_key, device, role, now.WallMilliseconds));
    }

    /// <summary>Removes a device and replaces the network's secret; its sessions end here at once and elsewhere as the statement arrives.</summary>
    /// <exception cref="NodeCoreException">This device may not, it is the last admin, or it could not be stored.</exception>
    public void RevokeDevice(ClockReading now, NetworkId id, NodeId device)
    {
        LocalNetwork network = FindWhole(id);
        Commit(now, network, "", network.Log.PrepareRevoke(_key, device, null, now.WallMilliseconds, _random));
    }

    /// <summary>Takes an invite back.</summary>
    /// <exception cref="NodeCoreException">This device may not, there is no such invite, or it could not be stored.</exception>
    public void RevokeInvite(ClockReading now, NetworkId id, NodeId inviteKey)
    {
        LocalNetwork network = FindWhole(id);
        Commit(now, network, "", network.Log.PrepareRevokeInvite(_key, inviteKey, now.WallMilliseconds));
    }

    /// <summary>
    /// Leaves a network: states so, and tells whoever is connected. <see cref="ForgetNetwork"/> then removes what is kept of it.
    /// </summary>
    /// <exception cref="NodeCoreException">It is the last admin of others, or it could not be stored.</exception>
    public void Leave(ClockReading now, NetworkId id)
    {
        LocalNetwork network = Find(id);
        if (network.IsActive && network.Repair is null && network.Log.State.Members.Count > 1)
        {
            Commit(now, network, "", network.Log.PrepareRevoke(_key, Id, null, now.WallMilliseconds, _random), keepPeers: true);
        }
    }

    /// <summary>Whether every open control stream of a network has handed all its bytes to the stack.</summary>
    public bool IsFlushed(NetworkId id) => _syncStreams.TrueForAll(stream => stream.Network?.Id != id || stream.Stream.IsFlushed);

    /// <summary>Removes what is kept of a network: statements, secret, peers.</summary>
    /// <exception cref="NodeCoreException">There is no such network, or the store failed.</exception>
    public void ForgetNetwork(ClockReading now, NetworkId id)
    {
        LocalNetwork network = _networks.GetValueOrDefault(id) ?? throw new NodeCoreException(NodeCoreError.UnknownNetwork, id.ToString());
        Require(_store.RemoveNetwork(id));
        Require(_store.ReplaceDocument(network.SecretDocument, []));
        Require(_store.ReplaceDocument(network.OwnHeadDocument, []));
        foreach (string document in network.MemoryDocuments)
        {
            Require(_store.ReplaceDocument(document, []));
        }

        _networks.Remove(id);
        Reconcile(now);
        Settle(now);
    }

    private static NodeCoreError ToError(PrepareOutcome outcome) => outcome switch
    {
        PrepareOutcome.NotMember => NodeCoreError.UnknownNetwork,
        PrepareOutcome.NotAdmin => NodeCoreError.NotAdmin,
        PrepareOutcome.Frozen => NodeCoreError.Frozen,
        PrepareOutcome.BadName => NodeCoreError.NameInvalid,
        PrepareOutcome.NameTaken => NodeCoreError.NameTaken,
        PrepareOutcome.UnknownDevice => NodeCoreError.UnknownDevice,
        PrepareOutcome.UnknownInvite or PrepareOutcome.InviteUsedUp or PrepareOutcome.InviteExpired or PrepareOutcome.InviteRevoked => NodeCoreError.UnknownInvite,
        PrepareOutcome.DeviceRevoked => NodeCoreError.DeviceRevoked,
        PrepareOutcome.AlreadyMember => NodeCoreError.AlreadyMember,
        PrepareOutcome.LastAdmin => NodeCoreError.LastAdmin,
        PrepareOutcome.WouldUndoOwnRight => NodeCoreError.WouldUndoOwnRight,
        _ => NodeCoreError.LimitReached,
    };

    private LocalNetwork Find(NetworkId id) =>
        _networks.TryGetValue(id, out LocalNetwork? network) && network.IsActive ? network : throw new NodeCoreException(NodeCoreError.UnknownNetwork, id.ToString());

    private LocalNetwork FindWhole(NetworkId id) =>
        Find(id) is { Repair: null } network ? network : throw new NodeCoreException(NodeCoreError.BeingRepaired, Find(id).Log.State.Name);

    private uint DrawPrefix(IReadOnlyList<Paths.InternetPrefix> occupied)
    {
        for (int attempt = 0; ; attempt++)
        {
            uint prefix = VirtualAddress.RandomV4Prefix(_random);
            InternetAddress first = InternetAddress.FromV4(prefix);
            bool free = occupied.All(other => !other.Address.IsV4 || !first.IsIn(other.Address, Math.Min(other.Bits, VirtualAddress.V4PrefixBits)))
                && _networks.Values.All(network => network.Log.State.Ipv4Prefix != prefix);
            if (free || attempt == PrefixAttemptsMax)
            {
                return prefix;
            }
        }
    }

    private List<InviteHint> Hints(LocalNetwork network)
    {
        List<InviteHint> hints = [];
        // Also where nothing is known of its place: whoever is told that by hand needs to know whom to ask for.
        AddHint(hints, Id, OwnEndpoints, TcpOffers, isEvenUnplaced: true);
        foreach (RemotePeer peer in _members.Values.Where(peer => peer.Networks.Contains(network))
            .OrderByDescending(peer => peer.Paths!.Online).ThenByDescending(peer => TcpEndpoints(peer.Id).Length > 0))
        {
            if (hints.Count >= NodeLimits.InviteHintsMax)
            {
                break;
            }

            List<InternetEndpoint> endpoints = peer.Link.Endpoint is { } current ? [current] : [];
            if (_whereabouts.TryGet(peer.Id, out Discovery.Whereabouts? record))
            {
                endpoints.AddRange(UdpEndpoints(record.Candidates));
            }

            AddHint(hints, peer.Id, endpoints, TcpEndpoints(peer.Id));
        }

        return hints;
    }

    private static void AddHint(List<InviteHint> hints, NodeId node, IEnumerable<InternetEndpoint> endpoints, IReadOnlyList<InternetEndpoint> tcpEndpoints, bool isEvenUnplaced = false)
    {
        InternetEndpoint[] usable = [.. endpoints.Where(endpoint => endpoint.Port != 0 && !endpoint.Address.IsLinkLocalV6).Distinct().Take(InviteHint.EndpointsMax)];
        if (usable.Length + tcpEndpoints.Count > 0 || isEvenUnplaced)
        {
            hints.Add(new InviteHint(node, usable) { TcpEndpoints = [.. tcpEndpoints.Take(InviteHint.TcpEndpointsMax)] });
        }
    }
}
