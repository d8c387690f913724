using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <content>Received packets and whom they are for.</content>
public sealed partial class NetworkStack
{
    private StackStatistics _statistics;

    /// <summary>
    /// Takes one received IP packet; it may be longer than the MTU where the caller has joined segments. Returns false if nothing here knows it (no
    /// connection, listener, binding or pending echo, or not a local address): then it is for the TUN device or, without one, for
    /// <see cref="Refuse"/>. Nothing in a packet makes it throw.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="isVerified">Whether the caller has found the TCP checksum right, or that of each segment it joined; then it is not looked at.</param>
    public bool HandlePacket(Instant now, ReadOnlySpan<byte> packet, bool isVerified = false)
    {
        if (!IpPacket.TryDecode(packet, out IpPacket ip) || !_addresses.Contains(ip.Destination))
        {
            return false;
        }

        if (ip.IsFragment)
        {
            // Without its other pieces nobody can say whose it is; the TUN device's host can join them.
            _statistics.Fragments++;
            return false;
        }

        return ip.Protocol switch
        {
            IpProtocol.Tcp => HandleTcp(now, ip, isVerified),
            IpProtocol.Udp => HandleUdp(ip),
            IpProtocol.Icmp when ip.IsV4 => HandleIcmp(now, ip),
            IpProtocol.IcmpV6 when !ip.IsV4 => HandleIcmp(now, ip),
            _ => false,
        };
    }

    private bool HandleTcp(Instant now, in IpPacket ip, bool isVerified)
    {
        if (!TcpSegment.TryDecode(ip.Payload, out TcpSegment segment))
        {
            return false;
        }

        ConnectionKey key = new(ip.Destination, ip.Source, segment.DestinationPort, segment.SourcePort);
        bool isKnown = _connections.TryGetValue(key, out TcpConnection? connection);
        bool isWaiting = TimeWait.TryGet(key, out TimeWaitEntry entry);
        TcpListener? listener = isKnown ? null : FindListener(key, segment);
        if (!isKnown && !isWaiting && listener is null)
        {
            return false;
        }

        if (!isVerified && InternetChecksum.Finish(InternetChecksum.Add(ip.PseudoHeaderSum(), ip.Payload)) != 0)
        {
            _statistics.Malformed++;
            return true;
        }

        if (isKnown)
        {
            connection!.HandleSegment(now, segment);
        }
        else if (!isWaiting || MayReplace(now, entry, segment, listener))
        {
            Accept(now, key, listener!, segment);
        }

        return true;
    }
}
