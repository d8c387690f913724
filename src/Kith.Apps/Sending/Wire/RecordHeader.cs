using System.Buffers.Binary;

namespace Kith.Apps.Sending.Wire;

/// <summary>What stands before every record: its kind in one byte, the length of its body in three.</summary>
internal readonly record struct RecordHeader(RecordKind Kind, int BodyBytes)
{
    /// <summary>Its length.</summary>
    public const int Bytes = 4;

    /// <summary>Reads one; false if the body is longer than any may be.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, out RecordHeader header)
    {
        header = default;
        if (source.Length < Bytes)
        {
            return false;
        }

        uint word = BinaryPrimitives.ReadUInt32BigEndian(source);
        header = new RecordHeader((RecordKind)(word >> 24), (int)(word & 0xFFFFFF));
        return header.BodyBytes <= SendLimits.BodyBytesMax;
    }

    /// <summary>Writes it.</summary>
    public void Encode(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Kind << 24) | (uint)BodyBytes);
}
