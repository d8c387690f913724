using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Frames;

/// <summary>
/// The answer to <see cref="PathPing"/>: type 0x11, id (8 bytes), and the endpoint that the ping came from as the answering side saw it
/// (<see cref="EndpointField"/>), by which the asker learns its address outside. Sent to that endpoint, never padded to the ping's size.
/// </summary>
/// <param name="Id">The ping's.</param>
/// <param name="Observed">Where the ping came from.</param>
public readonly record struct PathPong(ulong Id, InternetEndpoint Observed)
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 9 + EndpointField.BytesMax;

    /// <summary>Reads a frame; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out PathPong pong)
    {
        pong = default;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.PathPong
            || !reader.TryReadUInt64(out ulong id) || !EndpointField.TryRead(ref reader, out InternetEndpoint observed)
            || !FramePadding.IsPadding(reader.Rest))
        {
            return false;
        }

        pong = new PathPong(id, observed);
        return true;
    }

    /// <summary>Writes the frame; returns its length, at most <see cref="BytesMax"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.PathPong);
        writer.WriteUInt64(Id);
        EndpointField.Write(ref writer, Observed);
        return writer.Position;
    }
}
