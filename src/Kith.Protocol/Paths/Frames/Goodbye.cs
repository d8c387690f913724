using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// "I am leaving": type 0x16 and nothing else. Said by a node that stops to each member it has a session with, twice and without an answer; the session ends
/// with it. Whom it does not reach finds out by the silence.
/// </summary>
public readonly record struct Goodbye
{
    /// <summary>Bytes of the frame.</summary>
    public const int Length = 1;

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out Goodbye goodbye)
    {
        goodbye = default;
        SpanReader reader = new(frame);
        return reader.TryReadByte(out byte type) && type == (byte)FrameType.Goodbye && FramePadding.IsPadding(reader.Rest);
    }

    /// <summary>Writes the frame; returns its length.</summary>
    public static int Encode(Span<byte> destination)
    {
        destination[0] = (byte)FrameType.Goodbye;
        return Length;
    }
}
