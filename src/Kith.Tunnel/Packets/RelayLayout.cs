using System.Buffers.Binary;
using Kith.Protocol.Relay;

namespace Kith.Tunnel.Packets;

/// <summary>
/// A datagram that goes through a relay: header of the hop's session, relay header (<see cref="RelayFrame"/>), header of the session between the ends, packet,
/// tag of the inner session, tag of the outer one.
/// </summary>
internal static unsafe class RelayLayout
{
    /// <summary>Bytes before the relay header.</summary>
    public const int FrameOffset = TransportLayout.HeaderBytes;

    /// <summary>Bytes before what the two ends sealed between themselves.</summary>
    public const int InnerOffset = FrameOffset + RelayFrame.HeaderBytes;

    /// <summary>Bytes before the packet.</summary>
    public const int PacketOffset = InnerOffset + TransportLayout.HeaderBytes;

    /// <summary>What a relayed datagram has beyond one that goes straight.</summary>
    public const int ExtraBytes = InnerOffset + TransportLayout.TagBytes;

    /// <summary>What all of it adds to a (padded) packet.</summary>
    public const int OverheadBytes = ExtraBytes + TransportLayout.OverheadBytes;

    private const byte Type = (byte)Protocol.Paths.Frames.FrameType.Relay;
    private const int DestinationOffset = 2;
    private const int SourceOffset = 10;

    /// <summary>Writes the relay header.</summary>
    public static void WriteHeader(byte* frame, byte hopsLeft, ulong destination, ulong source)
    {
        frame[0] = Type;
        frame[RelayFrame.HopsOffset] = hopsLeft;
        *(ulong*)(frame + DestinationOffset) = Big(destination);
        *(ulong*)(frame + SourceOffset) = Big(source);
    }

    /// <summary>Whether an opened packet calls itself a relay frame.</summary>
    public static bool IsRelay(byte* packet, int length) => length > 0 && packet[0] == Type;

    /// <summary>Reads the header of a relay frame; false if it contradicts itself or nothing stands behind it.</summary>
    public static bool TryRead(byte* frame, int length, out byte hopsLeft, out ulong destination, out ulong source)
    {
        if (length <= RelayFrame.HeaderBytes || frame[0] != Type || frame[RelayFrame.HopsOffset] > RelayFrame.HopsMax)
        {
            hopsLeft = 0;
            destination = 0;
            source = 0;
            return false;
        }

        hopsLeft = frame[RelayFrame.HopsOffset];
        destination = Big(*(ulong*)(frame + DestinationOffset));
        source = Big(*(ulong*)(frame + SourceOffset));
        return true;
    }

    private static ulong Big(ulong value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
