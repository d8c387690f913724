using System.Buffers.Binary;

namespace Kith.Protocol.Wire;

/// <summary>
/// Reads big-endian fields from a span front to back. Every read says whether the bytes were there; after a failed read
/// nothing has moved. Nothing is thrown for bad input.
/// </summary>
public ref struct SpanReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not yet read.</summary>
    public readonly int Remaining => _data.Length - Position;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _data[Position..];

    /// <summary>Reads one byte.</summary>
    public bool TryReadByte(out byte value)
    {
        bool ok = TryReadBytes(1, out ReadOnlySpan<byte> bytes);
        value = ok ? bytes[0] : (byte)0;
        return ok;
    }

    /// <summary>Reads a 16-bit number.</summary>
    public bool TryReadUInt16(out ushort value)
    {
        bool ok = TryReadBytes(2, out ReadOnlySpan<byte> bytes);
        value = ok ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;
        return ok;
    }

    /// <summary>Reads a 32-bit number.</summary>
    public bool TryReadUInt32(out uint value)
    {
        bool ok = TryReadBytes(4, out ReadOnlySpan<byte> bytes);
        value = ok ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
        return ok;
    }

    /// <summary>Reads a 64-bit number.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        bool ok = TryReadBytes(8, out ReadOnlySpan<byte> bytes);
        value = ok ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
        return ok;
    }

    /// <summary>Reads <paramref name="count"/> bytes as a window into the input.</summary>
    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        if ((uint)count > (uint)Remaining)
        {
            bytes = default;
            return false;
        }

        bytes = _data.Slice(Position, count);
        Position += count;
        return true;
    }
}
