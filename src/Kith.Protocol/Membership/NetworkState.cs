using System.Buffers;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// What a network's statements come to: a pure function of the set of statements, the same for all who have the same, whatever the order in
/// which they came. An immutable snapshot, thread-safe.
/// </summary>
public sealed class NetworkState
{
    private readonly IReadOnlySet<NodeId> _revoked;
    private readonly Lazy<Bytes32> _digest;

    internal NetworkState(
        NetworkId id,
        string name,
        uint ipv4Prefix,
        IReadOnlyDictionary<NodeId, Member> members,
        IReadOnlyDictionary<NodeId, InviteState> invites,
        IReadOnlySet<NodeId> revoked,
        uint secretEpoch,
        Bytes32 secretStatement,
        bool secretIsStale)
    {
        Id = id;
        Name = name;
        Ipv4Prefix = ipv4Prefix;
        Members = members;
        Invites = invites;
        _revoked = revoked;
        SecretEpoch = secretEpoch;
        SecretStatement = secretStatement;
        SecretIsStale = secretIsStale;
        _digest = new Lazy<Bytes32>(ComputeDigest);
    }

    /// <summary>The network.</summary>
    public NetworkId Id { get; }

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>The network's IPv4 /20, host byte order.</summary>
    public uint Ipv4Prefix { get; }

    /// <summary>The members.</summary>
    public IReadOnlyDictionary<NodeId, Member> Members { get; }

    /// <summary>The invites that count, by public key, also used up, expired and revoked ones.</summary>
    public IReadOnlyDictionary<NodeId, InviteState> Invites { get; }

    /// <summary>The epoch of the newest secret; 0 before there is one.</summary>
    public uint SecretEpoch { get; }

    /// <summary>The hash of the statement that made the newest secret; zero before there is one.</summary>
    public Bytes32 SecretStatement { get; }

    /// <summary>Whether a device was revoked that the makers of the newest secret did not know to be: an admin should make a new one.</summary>
    public bool SecretIsStale { get; }

    /// <summary>The BLAKE2s-256 hash of the state's canonical form: equal for all who have the same statements.</summary>
    public Bytes32 Digest => _digest.Value;

    /// <summary>The devices that were revoked.</summary>
    internal IReadOnlySet<NodeId> Revoked => _revoked;

    /// <summary>Whether a device was revoked. It stays so for good.</summary>
    public bool IsRevoked(NodeId node) => _revoked.Contains(node);

    /// <summary>Whether somebody could join by an invite at this time of the wall clock.</summary>
    public InviteStanding InviteStandingAt(NodeId inviteKey, long wallMilliseconds) =>
        Invites.TryGetValue(inviteKey, out InviteState? invite) ? invite.StandingAt(wallMilliseconds) : InviteStanding.Unknown;

    /// <summary>The member of a name, or null.</summary>
    public Member? FindByName(string name)
    {
        foreach (Member member in Members.Values)
        {
            if (member.Name == name)
            {
                return member;
            }
        }

        return null;
    }

    private Bytes32 ComputeDigest()
    {
        const int perMember = 32 + 1 + DeviceName.LengthMax + 1 + 4 + 1 + 32 + 4;
        const int perInvite = 32 + 1 + 2 + 4 + 8 + 1 + 32;
        int size = 256 + (Members.Count * perMember) + (Invites.Count * perInvite) + (_revoked.Count * 32);
        byte[] canonical = ArrayPool<byte>.Shared.Rent(size);
        SpanWriter writer = new(canonical);
        Id.WriteTo(writer.Take(NetworkId.Length));
        DeviceName.Write(ref writer, Name);
        writer.WriteUInt32(Ipv4Prefix);
        writer.WriteUInt32(SecretEpoch);
        SecretStatement.WriteTo(writer.Take(Bytes32.Length));
        writer.WriteByte(SecretIsStale ? (byte)1 : (byte)0);
        writer.WriteUInt32((uint)Members.Count);
        foreach (Member member in Members.Values.OrderBy(static member => member.Id))
        {
            member.Id.WriteTo(writer.Take(NodeId.Length));
            DeviceName.Write(ref writer, member.Name);
            writer.WriteByte((byte)member.Role);
            writer.WriteUInt32(member.V4.IsNone ? 0 : member.V4.V4Value);
            writer.WriteByte(member.Frozen ? (byte)1 : (byte)0);
            (member.JoinedWith ?? default).WriteTo(writer.Take(NodeId.Length));
            writer.WriteUInt32((uint)member.AdmittedOrder);
        }

        writer.WriteUInt32((uint)Invites.Count);
        foreach (InviteState invite in Invites.Values.OrderBy(static invite => invite.Key))
        {
            invite.Key.WriteTo(writer.Take(NodeId.Length));
            writer.WriteByte((byte)invite.Role);
            writer.WriteUInt16(invite.Uses);
            writer.WriteUInt32((uint)invite.Used);
            writer.WriteUInt64(invite.ExpiresMilliseconds);
            writer.WriteByte(invite.Revoked ? (byte)1 : (byte)0);
            invite.Creator.WriteTo(writer.Take(NodeId.Length));
        }

        foreach (NodeId revoked in _revoked.Order())
        {
            revoked.WriteTo(writer.Take(NodeId.Length));
        }

        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(writer.Written, hash);
        ArrayPool<byte>.Shared.Return(canonical);
        return new Bytes32(hash);
    }
}
