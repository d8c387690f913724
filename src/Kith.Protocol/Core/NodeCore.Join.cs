using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The joiner's side of an invite.</content>
public sealed partial class NodeCore
{
    private const int JoinEndpointsMax = HandshakeTargetsMax;

    private readonly List<JoinAttempt> _joins = [];
    private long _nextOperation = 1;

    /// <summary>
    /// Begins to join the network of an invite. The end is told by <see cref="NodeEvent.Joined"/> or <see cref="NodeEvent.JoinFailed"/>
    /// with the number returned here.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="invite">The invite.</param>
    /// <param name="insistsOnName">Whether a taken device name fails the join; else this device gets a number after its name.</param>
    /// <exception cref="NodeCoreException">This device is in that network already, or too many networks or joins.</exception>
    public long BeginJoin(ClockReading now, InviteLine invite, bool insistsOnName = false)
    {
        ArgumentNullException.ThrowIfNull(invite);
        if (_networks.TryGetValue(invite.Network, out LocalNetwork? known) && known.IsActive)
        {
            throw new NodeCoreException(NodeCoreError.AlreadyMember, known.Log.State.Name);
        }

        if (known is not null && known.Log.State.IsRevoked(Id))
        {
            throw new NodeCoreException(NodeCoreError.DeviceRevoked, known.Log.State.Name);
        }

        if (_joins.Count >= NodeLimits.JoinsMax)
        {
            throw new NodeCoreException(NodeCoreError.JoinUnderWay, _joins[0].Invite.NetworkName);
        }

        if (_networks.Count >= NodeLimits.NetworksMax)
        {
            throw new NodeCoreException(NodeCoreError.TooManyNetworks, NodeLimits.NetworksMax.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        NodeKey inviteKey = invite.OpenKey();
        Span<byte> tunnelKey = stackalloc byte[32];
        inviteKey.CopyTunnelPrivateKey(tunnelKey);
        TunnelMachine machine = new(tunnelKey, _indices, _handshakeClock, _random);
        CryptographicOperations.ZeroMemory(tunnelKey);
        JoinAttempt join = new(_nextOperation++, invite, inviteKey, machine, Id, now, now.Monotonic + _options.JoinTimeout) { InsistsOnName = insistsOnName };
        _joins.Add(join);
        _stackAddresses.Add(join.LocalAddress);
        _stack.AddAddress(join.LocalAddress);
        foreach (InviteHint hint in invite.Hints)
        {
            AddJoinHost(now, join, hint.Node, [.. hint.Endpoints, .. _options.StaticPeers]);
            if (join.Hosts.TryGetValue(hint.Node, out JoinHost? host))
            {
                host.TcpEndpoints = [.. hint.TcpEndpoints.Where(endpoint => EndpointField.IsUnicast(endpoint) && IsTcpTarget(endpoint))];
            }
        }

        _lan.BeginJoin(new LanInvite(invite.Network, inviteKey.Id.Value));
        Settle(now);
        return join.Operation;
    }

    private void AddJoinHost(ClockReading now, JoinAttempt join, NodeId node, IReadOnlyList<InternetEndpoint> endpoints, bool isHeard = false)
    {
        if (!join.Hosts.TryGetValue(node, out JoinHost? host))
        {
            if (join.Hosts.Count >= NodeLimits.JoinHostsMax || node == Id || !node.TryGetTunnelPublicKey(out Bytes32 publicKey))
            {
                return;
            }

            TunnelPeer tunnel = join.Machine.AddPeer(publicKey, NewLink());
            RemotePeer peer = new(node, RemotePeerKind.JoinHost, join.Machine, tunnel, null);
            tunnel.Tag = peer;
            _links[peer.Link.Id] = peer;
            host = new JoinHost(peer);
            join.Hosts[node] = host;
        }

        bool added = isHeard;
        foreach (InternetEndpoint endpoint in endpoints)
        {
            // What was heard of a member itself is worth more than what was told of it.
            if (isHeard && host.Endpoints.Count >= JoinEndpointsMax && !host.Endpoints.Contains(endpoint))
            {
                host.Endpoints.RemoveAt(JoinEndpointsMax - 1);
            }

            if (host.Endpoints.Count < JoinEndpointsMax && !host.Endpoints.Contains(endpoint))
            {
                host.Endpoints.Add(endpoint);
                added = true;
            }
        }

        if (added && !host.HasSession)
        {
            join.Machine.BeginHandshake(now, host.Peer.Tunnel);
            TryAlso(now, host.Peer, endpoints);
        }
    }

    private int CopyJoinTargets(RemotePeer peer, Span<InternetEndpoint> targets)
    {
        JoinHost? host = FindJoinHost(peer, out _);
        int count = Math.Min(host?.Endpoints.Count ?? 0, targets.Length);
        for (int i = 0; i < count; i++)
        {
            targets[i] = host!.Endpoints[i];
        }

        return count;
    }

    private JoinHost? FindJoinHost(RemotePeer peer, out JoinAttempt? join)
    {
        join = _joins.Find(candidate => candidate.Machine == peer.Machine);
        return join?.Hosts.GetValueOrDefault(peer.Id);
    }

    private bool IsFromJoinHost(RemotePeer peer, InternetAddress from, InternetAddress to) =>
        FindJoinHost(peer, out JoinAttempt? join) is not null && to == join!.LocalAddress && from == VirtualAddress.ForV6(join.Invite.Network, peer.Id);

    private bool TryFindJoinRoute(InternetAddress from, InternetAddress to, [NotNullWhen(true)] out JoinAttempt? join, [NotNullWhen(true)] out RemotePeer? host)
    {
        foreach (JoinAttempt candidate in _joins)
        {
            if (candidate.LocalAddress == from && candidate.Active is { } active && VirtualAddress.ForV6(candidate.Invite.Network, active.Peer.Id) == to)
            {
                join = candidate;
                host = active.Peer;
                return true;
            }
        }

        join = null;
        host = null;
        return false;
    }

    private bool HandleJoinTunnels(ClockReading now)
    {
        bool any = false;
        for (int i = _joins.Count - 1; i >= 0; i--)
        {
            any |= HandleTunnelEvents(now, _joins[i].Machine);
        }

        for (int i = _joins.Count - 1; i >= 0; i--)
        {
            if (_joins[i].IsOver)
            {
                EndJoin(now, _joins[i]);
            }
        }

        return any;
    }

    private void HandleJoinTimeouts(ClockReading now)
    {
        foreach (JoinAttempt join in _joins)
        {
            join.Machine.HandleTimeout(now);
            if (now.Monotonic >= join.Deadline && !join.IsOver && !TryGoOn(now, join))
            {
                FailJoin(join, JoinFailure.NoMemberReachable);
            }
        }
    }

    // Members look for who calls over the DHT once a minute: where there is one, it is worth the wait.
    private bool TryGoOn(ClockReading now, JoinAttempt join)
    {
        Instant last = join.Started + _options.DhtJoinTimeout;
        if (now.Monotonic >= last || DhtContacts is (0, 0))
        {
            return false;
        }

        join.Deadline = last;
        return true;
    }

    private void HandleJoinSession(ClockReading now, RemotePeer peer)
    {
        if (FindJoinHost(peer, out JoinAttempt? join) is { } host)
        {
            host.HasSession = true;
            ServeNextHost(now, join!);
        }
    }

    private void ServeNextHost(ClockReading now, JoinAttempt join)
    {
        if (join.Active is not null || join.IsOver)
        {
            return;
        }

        foreach (JoinHost host in join.Hosts.Values)
        {
            if (host.HasSession && !host.HasFailed)
            {
                join.Active = host;
                InternetEndpoint control = new(VirtualAddress.ForV6(join.Invite.Network, host.Peer.Id), ControlConstants.Port);
                TcpConnection connection = _stack.Connect(now, join.LocalAddress, control);
                connection.Tag = join;
                join.Log = MembershipLog.Empty(join.Invite.Network);
                join.Stream = new ControlStream(connection);
                WriteHello(now, join.Stream, join.Invite.Network, StreamPurpose.Join);
                return;
            }
        }
    }

    private void HandleJoinStream(ClockReading now, JoinAttempt join, bool closed)
    {
        if (join.Stream is not { } stream || join.IsOver)
        {
            return;
        }

        stream.Flush(now);
        while (!join.IsOver && stream.TryRead(now, out ControlMessageType type, out ReadOnlySpan<byte> body))
        {
            HandleJoinMessage(now, join, stream, type, body);
        }

        if ((closed || stream.IsBroken) && !join.IsOver)
        {
            stream.Connection.Abort(now);
            join.Stream = null;
            join.Active!.HasFailed = true;
            join.Active = null;
            ServeNextHost(now, join);
        }
    }

    private void HandleJoinMessage(ClockReading now, JoinAttempt join, ControlStream stream, ControlMessageType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case ControlMessageType.Statements:
                if (!TryAddAll(join.Log!, body, out bool isCaughtUp))
                {
                    FailJoin(join, JoinFailure.Inconsistent);
                }
                else if (isCaughtUp)
                {
                    AskToJoin(now, join, stream);
                }

                break;
            case ControlMessageType.JoinAccepted when SecretMessage.TryDecode(body, out SecretMessage secret):
                CompleteJoin(now, join, secret);
                break;
            case ControlMessageType.JoinRefused when body.Length == 1:
                FailJoin(join, body[0] == (byte)JoinRefusal.DeviceRevoked ? JoinFailure.DeviceRevoked : JoinFailure.Refused, (JoinRefusal)body[0]);
                break;
            default:
                FailJoin(join, JoinFailure.Inconsistent);
                break;
        }
    }

    // The member has sent all it has. Now our own statement, unless an earlier attempt got that far already.
    private void AskToJoin(ClockReading now, JoinAttempt join, ControlStream stream)
    {
        MembershipLog log = join.Log!;
        if (!log.HasGenesis)
        {
            FailJoin(join, JoinFailure.Inconsistent);
        }
        else if (log.State.Members.ContainsKey(Id))
        {
            stream.Write(now, ControlMessageType.SecretRequest, stackalloc byte[4]);
        }
        else if (join.InsistsOnName && log.State.FindByName(_options.DeviceName) is not null)
        {
            FailJoin(join, JoinFailure.NameTaken);
        }
        else
        {
            Span<byte> secret = stackalloc byte[InviteLine.SecretBytes];
            join.Invite.CopySecret(secret);
            PrepareResult prepared = log.PrepareJoin(_key, secret, _options.DeviceName, now.WallMilliseconds);
            CryptographicOperations.ZeroMemory(secret);
            if (!prepared.IsOk)
            {
                FailJoin(join, JoinFailure.Refused, ToRefusal(prepared.Outcome));
                return;
            }

            log.Add(prepared.Statements[0]);
            WriteStatements(now, stream, prepared.Statements, isCaughtUp: true);
        }
    }

    private void CompleteJoin(ClockReading now, JoinAttempt join, SecretMessage secret)
    {
        MembershipLog log = join.Log!;
        if (!log.State.Members.ContainsKey(Id))
        {
            FailJoin(join, JoinFailure.Inconsistent);
            return;
        }

        if (_networks.ContainsKey(log.Id))
        {
            _store.RemoveNetwork(log.Id);
            _networks.Remove(log.Id);
        }

        LocalNetwork network = new(log, Id) { Secret = secret.Secret, WasActive = true };
        StoreResult result = SaveSecret(network);
        if (result.IsOk)
        {
            result = _store.AppendStatements(log.Id, [.. log.Statements.Select(statement => statement.Encoded)]);
        }

        if (!result.IsOk)
        {
            Raise(new NodeEvent.StoreFailed(result));
            FailJoin(join, JoinFailure.Storage);
            return;
        }

        network.StoredCount = log.Statements.Count;
        FindGaps(now, network);
        _networks[log.Id] = network;
        join.IsOver = true;
        Reconcile(now);
        foreach (JoinHost host in join.Hosts.Values)
        {
            if (_members.TryGetValue(host.Peer.Id, out RemotePeer? peer))
            {
                IReadOnlyList<InternetEndpoint> known = host.Peer.Link.Endpoint is { } answered ? [answered, .. host.Endpoints] : host.Endpoints;
                peer.Paths!.SetCandidates(now, CandidateSource.Invite, known);
                foreach (TcpLink link in _tcpLinks.Values.Where(link => link.Expected == peer.Id).ToList())
                {
                    TakeTcp(now, link, peer);
                }

                Touch(now, peer);
            }
        }

        _nextScan = now;
        Raise(new NodeEvent.Joined(join.Operation, log.Id));
    }

    private static JoinRefusal ToRefusal(PrepareOutcome outcome) => outcome switch
    {
        PrepareOutcome.InviteExpired => JoinRefusal.Expired,
        PrepareOutcome.InviteUsedUp => JoinRefusal.UsedUp,
        PrepareOutcome.InviteRevoked => JoinRefusal.Revoked,
        PrepareOutcome.DeviceRevoked => JoinRefusal.DeviceRevoked,
        PrepareOutcome.TooMany => JoinRefusal.NetworkFull,
        _ => JoinRefusal.Invalid,
    };

    private void FailJoin(JoinAttempt join, JoinFailure failure, JoinRefusal? refusal = null)
    {
        join.IsOver = true;
        Raise(new NodeEvent.JoinFailed(join.Operation, failure, refusal));
    }

    private void EndJoin(ClockReading now, JoinAttempt join)
    {
        _joins.Remove(join);
        join.Stream?.Connection.Finish(now);
        foreach (JoinHost host in join.Hosts.Values)
        {
            _links.Remove(host.Peer.Link.Id);
        }

        _lan.EndJoin();
        if (!_networks.ContainsKey(join.Invite.Network) && _stackAddresses.Remove(join.LocalAddress))
        {
            _stack.RemoveAddress(join.LocalAddress);
        }

        join.Dispose();
    }
}
