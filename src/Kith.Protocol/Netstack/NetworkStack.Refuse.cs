using Kith.Protocol.Netstack.Icmp;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>Answers to packets that nobody here wants.</content>
public sealed partial class NetworkStack
{
    // ICMPv6 errors must not make a packet longer than this (RFC 4443 section 2.4 (c)); IPv4 hosts must take as much (RFC 1812 section 4.3.2.3).
    private const int ErrorBytesMaxV6 = 1280;
    private const int ErrorBytesMaxV4 = 576;

    private TokenBucket _refusals;

    /// <summary>
    /// Answers a packet that <see cref="HandlePacket"/> did not know, where there is no TUN device to hand it to: TCP with a reset, UDP with "port
    /// unreachable", an echo request with its reply, an unknown protocol with "protocol unreachable". Never answers errors, resets or what came from or went to a
    /// multicast address, and no more often than <see cref="NetworkStackOptions.RefusalsPerSecondMax"/>.
    /// </summary>
    public void Refuse(Instant now, ReadOnlySpan<byte> packet)
    {
        if (!IpPacket.TryDecode(packet, out IpPacket ip) || ip.IsFragment || !_addresses.Contains(ip.Destination))
        {
            return;
        }

        InternetAddress source = ip.Source;
        if (source.IsMulticast || source.IsNone || !DeservesAnswer(ip, out TcpSegment segment, out IcmpMessage echo))
        {
            return;
        }

        if (!_refusals.TryTake(now))
        {
            _statistics.RefusalsSuppressed++;
            return;
        }

        _statistics.Refusals++;
        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                RefuseSegment(new ConnectionKey(ip.Destination, source, segment.DestinationPort, segment.SourcePort), segment);
                break;
            case IpProtocol.Udp:
                SendError(ip, ip.IsV4 ? (byte)3 : (byte)1, ip.IsV4 ? (byte)3 : (byte)4, 0);
                break;
            case IpProtocol.Icmp:
            case IpProtocol.IcmpV6:
                SendEchoReply(ip, echo);
                break;
            default:
                SendError(ip, ip.IsV4 ? (byte)3 : (byte)4, ip.IsV4 ? (byte)2 : (byte)1, ip.IsV4 ? 0u : 6u);
                break;
        }
    }

    private static bool DeservesAnswer(in IpPacket ip, out TcpSegment segment, out IcmpMessage echo)
    {
        segment = default;
        echo = default;
        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                return TcpSegment.TryDecode(ip.Payload, out segment) && !segment.Has(TcpFlags.Reset)
                    && InternetChecksum.Finish(InternetChecksum.Add(ip.PseudoHeaderSum(), ip.Payload)) == 0;
            case IpProtocol.Udp:
                return Udp.UdpDatagram.TryDecode(ip, out Udp.UdpDatagram datagram) && datagram.IsIntact(ip);
            case IpProtocol.Icmp:
            case IpProtocol.IcmpV6:
                return ip.IsV4 == (ip.Protocol == IpProtocol.Icmp) && IcmpMessage.TryDecode(ip, out echo) && echo.Kind == IcmpKind.EchoRequest;
            case IpProtocol.NoNext:
                return false;
            default:
                return true;
        }
    }

    // RFC 9293 section 3.10.7.1: what acknowledges is answered at its own word, anything else by acknowledging it.
    private void RefuseSegment(in ConnectionKey key, in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Acknowledge))
        {
            SendReset(key, segment.Acknowledgment, 0, withAcknowledgment: false);
        }
        else
        {
            SendReset(key, 0, segment.Sequence + (uint)segment.SequenceLength, withAcknowledgment: true);
        }
    }

    private void SendEchoReply(in IpPacket ip, in IcmpMessage echo)
    {
        Span<byte> header = stackalloc byte[IpWriter.HeaderBytesV6 + IcmpMessage.HeaderBytes];
        int length = IcmpMessage.Write(header, ip.Destination, ip.Source, ip.IsV4 ? (byte)0 : (byte)129, 0, echo.Rest, echo.Body);
        if (length + echo.Body.Length <= Options.Mtu)
        {
            Reply(header[..length], echo.Body);
        }
    }

    private void SendError(in IpPacket ip, byte type, byte code, uint rest)
    {
        Span<byte> header = stackalloc byte[IpWriter.HeaderBytesV6 + IcmpMessage.HeaderBytes];
        int quotedMax = (ip.IsV4 ? ErrorBytesMaxV4 : ErrorBytesMaxV6) - IpWriter.HeaderBytes(ip.IsV4) - IcmpMessage.HeaderBytes;
        ReadOnlySpan<byte> quoted = ip.Whole[..Math.Min(ip.Whole.Length, quotedMax)];
        int length = IcmpMessage.Write(header, ip.Destination, ip.Source, type, code, rest, quoted);
        Reply(header[..length], quoted);
    }
}
