using System.Buffers.Binary;

namespace Kith.Node.Streams.Socket;

/// <summary>
/// The frames in which a stream crosses the control socket: one byte of type, three of length, then the body (docs/protocol/82-streams.md). Sockets of the system
/// could half-close by themselves, but an HTTP server takes that for the end of both directions.
/// </summary>
internal static class StreamFrame
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Bytes of the longest body: with its header a quarter of a MiB, as pools of buffers like it.</summary>
    public const int BodyBytesMax = (256 * 1024) - HeaderBytes;

    /// <summary>Bytes of the longest reason of a break.</summary>
    public const int ReasonBytesMax = 512;

    /// <summary>The protocol's name in the Upgrade header.</summary>
    public const string Upgrade = "kith-stream";

    /// <summary>The header in which the daemon says who is at the other end: a <see cref="PeerHeader"/>.</summary>
    public const string PeerHeaderName = "Kith-Peer";

    /// <summary>Writes a header.</summary>
    public static void EncodeHeader(Span<byte> destination, StreamFrameType type, int length) =>
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)type << 24) | (uint)length);

    /// <summary>Reads a header; false when it is none.</summary>
    public static bool TryDecodeHeader(ReadOnlySpan<byte> header, out StreamFrameType type, out int length)
    {
        uint value = BinaryPrimitives.ReadUInt32BigEndian(header);
        type = (StreamFrameType)(value >> 24);
        length = (int)(value & 0xFFFFFF);
        return type switch
        {
            StreamFrameType.Data => length is > 0 and <= BodyBytesMax,
            StreamFrameType.End or StreamFrameType.Done => length == 0,
            StreamFrameType.Broken => length <= ReasonBytesMax,
            _ => false,
        };
    }
}
