using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// What a node keeps of a network beside its statements, so that it notices when some of them are gone, and still knows whom to ask for them:
/// the heads, and the state they came to. Invites are left out: nobody is let in by a node that lacks statements. Immutable.
/// </summary>
/// <param name="Heads">The last statement of every author and branch that was on disk.</param>
/// <param name="State">The state folded from them.</param>
public sealed record NetworkMemory(IReadOnlyList<Head> Heads, NetworkState State)
{
    private const byte Version = 1;
    private const int MemberBytesMax = NodeId.Length + 1 + DeviceName.LengthMax + 1 + 4 + 1 + NodeId.Length + 4;

    /// <summary>What is worth keeping of a log.</summary>
    public static NetworkMemory Of(MembershipLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new NetworkMemory([.. log.Heads], log.State);
    }

    /// <summary>Whether a log has all that was here.</summary>
    public bool IsIn(MembershipLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Heads.All(head => log.TryGet(head.Hash, out _));
    }

    /// <summary>The bytes to keep: version 1, heads, name, prefix, secret's epoch and statement, members, revoked devices; counts are u32.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[256 + (Heads.Count * Head.Length) + (State.Members.Count * MemberBytesMax) + (State.Revoked.Count * NodeId.Length)];
        SpanWriter writer = new(bytes);
        writer.WriteByte(Version);
        writer.WriteUInt32((uint)Heads.Count);
        foreach (Head head in Heads)
        {
            head.Author.WriteTo(writer.Take(NodeId.Length));
            writer.WriteUInt64(head.Sequence);
            head.Hash.WriteTo(writer.Take(Bytes32.Length));
        }

        DeviceName.Write(ref writer, State.Name);
        writer.WriteUInt32(State.Ipv4Prefix);
        writer.WriteUInt32(State.SecretEpoch);
        State.SecretStatement.WriteTo(writer.Take(Bytes32.Length));
        writer.WriteUInt32((uint)State.Members.Count);
        foreach (Member member in State.Members.Values)
        {
            member.Id.WriteTo(writer.Take(NodeId.Length));
            DeviceName.Write(ref writer, member.Name);
            writer.WriteByte((byte)member.Role);
            writer.WriteUInt32(member.V4.IsNone ? 0 : member.V4.V4Value);
            writer.WriteByte(member.Frozen ? (byte)1 : (byte)0);
            (member.JoinedWith ?? default).WriteTo(writer.Take(NodeId.Length));
            writer.WriteUInt32((uint)member.AdmittedOrder);
        }

        writer.WriteUInt32((uint)State.Revoked.Count);
        foreach (NodeId revoked in State.Revoked)
        {
            revoked.WriteTo(writer.Take(NodeId.Length));
        }

        return writer.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else.</summary>
    public static bool TryDecode(NetworkId network, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out NetworkMemory? memory)
    {
        memory = null;
        SpanReader reader = new(bytes);
        if (!reader.TryReadByte(out byte version) || version != Version
            || !TryReadCount(ref reader, Head.Length, out int headCount))
        {
            return false;
        }

        Head[] heads = new Head[headCount];
        for (int i = 0; i < headCount; i++)
        {
            if (!StatementBody.TryReadBytes32(ref reader, out Bytes32 author) || !reader.TryReadUInt64(out ulong sequence) || !StatementBody.TryReadBytes32(ref reader, out Bytes32 hash))
            {
                return false;
            }

            heads[i] = new Head(new NodeId(author), sequence, hash);
        }

        if (!TryReadState(network, ref reader, out NetworkState? state) || reader.Remaining != 0)
        {
            return false;
        }

        memory = new NetworkMemory(heads, state);
        return true;
    }

    private static bool TryReadState(NetworkId network, ref SpanReader reader, [NotNullWhen(true)] out NetworkState? state)
    {
        state = null;
        if (!DeviceName.TryRead(ref reader, out string? name)
            || !reader.TryReadUInt32(out uint prefix)
            || !reader.TryReadUInt32(out uint epoch)
            || !StatementBody.TryReadBytes32(ref reader, out Bytes32 secretStatement)
            || !TryReadCount(ref reader, NodeId.Length, out int memberCount))
        {
            return false;
        }

        Dictionary<NodeId, Member> members = [];
        for (int i = 0; i < memberCount; i++)
        {
            if (!TryReadMember(network, ref reader, out Member? member) || !members.TryAdd(member.Id, member))
            {
                return false;
            }
        }

        if (!TryReadCount(ref reader, NodeId.Length, out int revokedCount))
        {
            return false;
        }

        HashSet<NodeId> revoked = [];
        for (int i = 0; i < revokedCount; i++)
        {
            if (!StatementBody.TryReadBytes32(ref reader, out Bytes32 id) || !revoked.Add(new NodeId(id)))
            {
                return false;
            }
        }

        state = new NetworkState(network, name, prefix, members, new Dictionary<NodeId, InviteState>(), revoked, epoch, secretStatement, secretIsStale: false);
        return true;
    }

    private static bool TryReadMember(NetworkId network, ref SpanReader reader, [NotNullWhen(true)] out Member? member)
    {
        member = null;
        if (!StatementBody.TryReadBytes32(ref reader, out Bytes32 id)
            || !DeviceName.TryRead(ref reader, out string? name)
            || !reader.TryReadByte(out byte role) || role is not ((byte)MemberRole.Member or (byte)MemberRole.Admin)
            || !reader.TryReadUInt32(out uint v4)
            || !reader.TryReadByte(out byte frozen) || frozen > 1
            || !StatementBody.TryReadBytes32(ref reader, out Bytes32 invite)
            || !reader.TryReadUInt32(out uint order) || order > int.MaxValue)
        {
            return false;
        }

        NodeId node = new(id);
        member = new Member(
            node,
            name,
            (MemberRole)role,
            VirtualAddress.ForV6(network, node),
            v4 == 0 ? InternetAddress.None : InternetAddress.FromV4(v4),
            frozen == 1,
            invite.IsZero ? null : new NodeId(invite),
            (int)order);
        return true;
    }

    private static bool TryReadCount(ref SpanReader reader, int bytesEach, out int count)
    {
        count = 0;
        if (!reader.TryReadUInt32(out uint read) || read > (uint)(reader.Remaining / bytesEach))
        {
            return false;
        }

        count = (int)read;
        return true;
    }
}
