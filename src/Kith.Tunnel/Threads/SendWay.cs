using Kith.Protocol.Tunnel;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Threads;

/// <summary>How packets reach a peer at this moment: straight, or through a neighbour whose session they are sealed with once more.</summary>
internal readonly record struct SendWay(
    PeerLink Link, TransportSession Session, RelayHop? Hop, TransportSession? HopSession, SendTarget Target, DatagramSocket Socket)
{
    /// <summary>Bytes before the packet in each datagram.</summary>
    public int PacketOffset => Hop is null ? TransportLayout.HeaderBytes : RelayLayout.PacketOffset;

    /// <summary>Bytes that each datagram has beyond its (padded) packet.</summary>
    public int OverheadBytes => Hop is null ? TransportLayout.OverheadBytes : RelayLayout.OverheadBytes;

    /// <summary>Most datagrams of a length that one send takes.</summary>
    public static int BatchMax(int datagramBytes) => Math.Clamp(DatagramSocket.SegmentedBytesMax / datagramBytes, 1, DatagramSocket.SegmentCountMax);
}
