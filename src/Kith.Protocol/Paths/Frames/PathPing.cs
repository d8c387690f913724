using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "Do you hear me on this path?": type 0x10, flags (1 byte, zero today, kept as they are), id (8 bytes), then zeros as padding to
/// the size whose passage is in question. Answered with <see cref="PathPong"/> to where it came from.
/// </summary>
/// <param name="Id">Drawn at random by the sender; comes back in the pong.</param>
/// <param name="Flags">Reserved; senders write zero, receivers ignore them.</param>
/// <param name="PaddingBytes">Zeros after the header, the session's own padding included.</param>
public readonly record struct PathPing(ulong Id, byte Flags, int PaddingBytes)
{
    /// <summary>Bytes before the padding.</summary>
    public const int HeaderBytes = 10;

    /// <summary>Most padding that is accepted: no path of ours carries more.</summary>
    public const int PaddingBytesMax = 9216;

    /// <summary>Bytes of the whole frame.</summary>
    public int ByteCount => HeaderBytes + PaddingBytes;

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out PathPing ping)
    {
        ping = default;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.PathPing
            || !reader.TryReadByte(out byte flags) || !reader.TryReadUInt64(out ulong id)
            || reader.Remaining > PaddingBytesMax || !FramePadding.IsZero(reader.Rest))
        {
            return false;
        }

        ping = new PathPing(id, flags, reader.Remaining);
        return true;
    }

    /// <summary>Writes the frame; returns its length. The span must hold <see cref="ByteCount"/> bytes.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.PathPing);
        writer.WriteByte(Flags);
        writer.WriteUInt64(Id);
        writer.Take(PaddingBytes).Clear();
        return writer.Position;
    }
}
