using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>A TCP segment that a stack sent, taken apart.</summary>
internal sealed record Seen(Instant At, TcpFlags Flags, uint Sequence, uint Acknowledgment, int Window, byte[] Payload, TcpOptions Options, ushort SourcePort, int PacketBytes)
{
    public bool Is(TcpFlags flags) => (Flags & ~TcpFlags.Push) == flags;

    public static Seen? Parse(Instant at, ReadOnlySpan<byte> packet)
    {
        if (!IpPacket.TryDecode(packet, out IpPacket ip) || ip.Protocol != IpProtocol.Tcp)
        {
            return null;
        }

        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(ip.PseudoHeaderSum(), ip.Payload)));
        Assert.True(TcpSegment.TryDecode(ip.Payload, out TcpSegment segment));
        return new Seen(at, segment.Flags, segment.Sequence, segment.Acknowledgment, segment.Window, segment.Payload.ToArray(), segment.Options, segment.SourcePort, packet.Length);
    }
}
