using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>The 96 random bits that tie an answer to its question (RFC 8489 section 5). Whoever did not see the question cannot forge an answer.</summary>
/// <param name="High">The first four bytes.</param>
/// <param name="Low">The other eight.</param>
public readonly record struct StunTransactionId(uint High, ulong Low)
{
    /// <summary>Draws one.</summary>
    public static StunTransactionId Random(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new StunTransactionId(random.NextUInt32(), random.NextUInt64());
    }

    /// <summary>Reads one from the front of a span of at least 12 bytes.</summary>
    public static StunTransactionId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]));

    /// <summary>Writes it to the front of a span of at least 12 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], Low);
    }
}
