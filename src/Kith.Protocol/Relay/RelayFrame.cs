using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Relay;

/// <summary>
/// A packet on its way through a member: type 0x13, hops left (1 byte), short ids of the destination and of the source (8 bytes each), then the datagram that
/// the two ends sealed between themselves. Sealed into the session of each hop without padding: 18 bytes more than the datagram, which is a multiple of 16
/// bytes long itself.
/// </summary>
public readonly ref struct RelayFrame
{
    /// <summary>Bytes before the datagram.</summary>
    public const int HeaderBytes = 18;

    /// <summary>Where the hops left stand: whoever passes a frame on lowers this byte and leaves the rest as it is.</summary>
    public const int HopsOffset = 1;

    /// <summary>The most hops a frame may have left.</summary>
    public const byte HopsMax = 8;

    /// <summary>A frame around a datagram.</summary>
    public RelayFrame(byte hopsLeft, ulong destination, ulong source, ReadOnlySpan<byte> datagram)
    {
        HopsLeft = hopsLeft;
        Destination = destination;
        Source = source;
        Datagram = datagram;
    }

    /// <summary>How many members may still pass it on.</summary>
    public byte HopsLeft { get; }

    /// <summary>The short id of whom it is for.</summary>
    public ulong Destination { get; }

    /// <summary>The short id of whom it is from.</summary>
    public ulong Source { get; }

    /// <summary>What the two ends sealed between themselves.</summary>
    public ReadOnlySpan<byte> Datagram { get; }

    /// <summary>Reads a frame; false if it is none or carries nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, out RelayFrame relay)
    {
        relay = default;
        SpanReader reader = new(frame);
        if (!reader.TryReadByte(out byte type) || type != (byte)FrameType.Relay
            || !reader.TryReadByte(out byte hopsLeft) || hopsLeft > HopsMax
            || !reader.TryReadUInt64(out ulong destination) || !reader.TryReadUInt64(out ulong source) || reader.Remaining == 0)
        {
            return false;
        }

        relay = new RelayFrame(hopsLeft, destination, source, reader.Rest);
        return true;
    }

    /// <summary>Writes the frame; returns its length, <see cref="HeaderBytes"/> more than the datagram.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteByte((byte)FrameType.Relay);
        writer.WriteByte(HopsLeft);
        writer.WriteUInt64(Destination);
        writer.WriteUInt64(Source);
        writer.WriteBytes(Datagram);
        return writer.Position;
    }
}
