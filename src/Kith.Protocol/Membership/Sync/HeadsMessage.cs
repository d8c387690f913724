using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Sync;

/// <summary>Announces the heads of all chains that the sender has, in one or several pages.</summary>
/// <param name="HasMore">Whether another page follows.</param>
/// <param name="IsExact">
/// Whether the sender has only what is named here and what those statements have seen: nothing may be concluded from sequence numbers.
/// Otherwise a sender whose chain of an author goes further than the receiver's is taken to have the receiver's part of it.
/// </param>
/// <param name="Heads">The heads of this page, at most <see cref="SyncLimits.HeadsPerMessageMax"/>.</param>
public sealed record HeadsMessage(bool HasMore, bool IsExact, IReadOnlyList<Head> Heads)
{
    private const byte FlagMore = 1;
    private const byte FlagExact = 2;
    private const int HeaderBytes = 1 + 1 + 2;

    /// <summary>The encoded length in bytes.</summary>
    public int EncodedLength => HeaderBytes + (Heads.Count * Head.Length);

    /// <summary>Reads a message; false where its form breaks a rule.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out HeadsMessage? message)
    {
        message = null;
        SpanReader reader = new(encoded);
        if (!reader.TryReadByte(out byte type) || type != (byte)SyncMessageType.Heads
            || !reader.TryReadByte(out byte flags) || (flags & ~(FlagMore | FlagExact)) != 0
            || !reader.TryReadUInt16(out ushort count) || count > SyncLimits.HeadsPerMessageMax
            || reader.Remaining != count * Head.Length)
        {
            return false;
        }

        Head[] heads = new Head[count];
        for (int i = 0; i < count; i++)
        {
            reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> author);
            reader.TryReadUInt64(out ulong sequence);
            reader.TryReadBytes(Bytes32.Length, out ReadOnlySpan<byte> hash);
            heads[i] = new Head(new NodeId(author), sequence, new Bytes32(hash));
        }

        message = new HeadsMessage((flags & FlagMore) != 0, (flags & FlagExact) != 0, heads);
        return true;
    }

    /// <summary>Writes the message; returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)SyncMessageType.Heads);
        writer.WriteByte((byte)((HasMore ? FlagMore : 0) | (IsExact ? FlagExact : 0)));
        writer.WriteUInt16((ushort)Heads.Count);
        foreach (Head head in Heads)
        {
            head.Author.WriteTo(writer.Take(NodeId.Length));
            writer.WriteUInt64(head.Sequence);
            head.Hash.WriteTo(writer.Take(Bytes32.Length));
        }

        return writer.Position;
    }
}
