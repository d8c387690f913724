using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Ip;

/// <summary>
/// A view of one received IPv4 (RFC 791) or IPv6 (RFC 8200) packet: addresses, the transport protocol and its payload with
/// extension headers skipped. IPv4's header checksum has been verified. Padding behind the packet's own length is cut off.
/// </summary>
internal readonly ref struct IpPacket
{
    /// <summary>How many IPv6 extension headers are followed before the packet is given up.</summary>
    public const int ExtensionHeadersMax = 8;

    /// <summary>How many bytes of IPv6 extension headers are followed before the packet is given up.</summary>
    public const int ExtensionBytesMax = 512;

    private const int SourceOffsetV4 = 12;
    private const int SourceOffsetV6 = 8;

    private IpPacket(ReadOnlySpan<byte> whole, bool isV4, int headerBytes, byte protocol, bool isFragment)
    {
        Whole = whole;
        IsV4 = isV4;
        HeaderBytes = headerBytes;
        Protocol = protocol;
        IsFragment = isFragment;
    }

    /// <summary>The packet from its first header byte to its last payload byte.</summary>
    public ReadOnlySpan<byte> Whole { get; }

    /// <summary>Whether the packet is IPv4.</summary>
    public bool IsV4 { get; }

    /// <summary>Bytes in front of the payload, extension headers and options included.</summary>
    public int HeaderBytes { get; }

    /// <summary>The transport protocol.</summary>
    public byte Protocol { get; }

    /// <summary>Whether this is a piece of a larger packet.</summary>
    public bool IsFragment { get; }

    /// <summary>What the transport protocol gets.</summary>
    public ReadOnlySpan<byte> Payload => Whole[HeaderBytes..];

    /// <summary>Both addresses as they stand in the packet, source first: what a pseudo-header sums.</summary>
    public ReadOnlySpan<byte> AddressBytes => IsV4 ? Whole.Slice(SourceOffsetV4, 8) : Whole.Slice(SourceOffsetV6, 32);

    /// <summary>The sender.</summary>
    public InternetAddress Source => IsV4 ? InternetAddress.FromBytes(Whole.Slice(SourceOffsetV4, 4)) : InternetAddress.FromBytes(Whole.Slice(SourceOffsetV6, 16));

    /// <summary>The receiver.</summary>
    public InternetAddress Destination =>
        IsV4 ? InternetAddress.FromBytes(Whole.Slice(SourceOffsetV4 + 4, 4)) : InternetAddress.FromBytes(Whole.Slice(SourceOffsetV6 + 16, 16));

    /// <summary>Reads a packet; false for anything malformed, truncated, or with more extension headers than are followed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> packet, out IpPacket ip) => TryDecode(packet, quoted: false, out ip);

    /// <summary>Reads the beginning of a packet as an ICMP error quotes it: it may be cut short, and IPv4's checksum is not verified.</summary>
    public static bool TryDecodeQuoted(ReadOnlySpan<byte> packet, out IpPacket ip) => TryDecode(packet, quoted: true, out ip);

    /// <summary>The sum over the pseudo-header for a payload of this packet (RFC 9293 section 3.1, RFC 8200 section 8.1).</summary>
    public ulong PseudoHeaderSum() => IpWriter.PseudoHeaderSum(AddressBytes, Protocol, Whole.Length - HeaderBytes);

    private static bool TryDecode(ReadOnlySpan<byte> packet, bool quoted, out IpPacket ip)
    {
        ip = default;
        return packet.Length > 0 && (packet[0] >> 4) switch
        {
            4 => TryDecodeV4(packet, quoted, out ip),
            6 => TryDecodeV6(packet, quoted, out ip),
            _ => false,
        };
    }

    private static bool TryDecodeV4(ReadOnlySpan<byte> packet, bool quoted, out IpPacket ip)
    {
        ip = default;
        if (packet.Length < IpWriter.HeaderBytesV4)
        {
            return false;
        }

        int headerBytes = (packet[0] & 0xF) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerBytes < IpWriter.HeaderBytesV4 || headerBytes > packet.Length || length < headerBytes || (length > packet.Length && !quoted))
        {
            return false;
        }

        if (!quoted && InternetChecksum.Finish(InternetChecksum.Add(0, packet[..headerBytes])) != 0)
        {
            return false;
        }

        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        ip = new IpPacket(packet[..Math.Min(length, packet.Length)], isV4: true, headerBytes, packet[9], isFragment);
        return true;
    }

    private static bool TryDecodeV6(ReadOnlySpan<byte> packet, bool quoted, out IpPacket ip)
    {
        ip = default;
        if (packet.Length < IpWriter.HeaderBytesV6)
        {
            return false;
        }

        int length = IpWriter.HeaderBytesV6 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (length > packet.Length && !quoted)
        {
            return false;
        }

        packet = packet[..Math.Min(length, packet.Length)];
        byte next = packet[6];
        int offset = IpWriter.HeaderBytesV6;
        bool isFragment = false;
        for (int headers = 0; IsExtension(next, headers); headers++)
        {
            if (headers == ExtensionHeadersMax || packet.Length - offset < 8)
            {
                return false;
            }

            int bytes = next == IpProtocol.Fragment ? 8 : (packet[offset + 1] + 1) * 8;
            if (bytes > packet.Length - offset || offset + bytes - IpWriter.HeaderBytesV6 > ExtensionBytesMax)
            {
                return false;
            }

            if (next == IpProtocol.Fragment)
            {
                // An atomic fragment (RFC 6946) is a whole packet; any other ends the walk, since what follows is only a piece.
                isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]) & 0xFFF9) != 0;
            }
            else if (next == IpProtocol.Routing && packet[offset + 3] != 0)
            {
                // Segments left: we are not its last stop, and we forward for nobody (RFC 5095).
                return false;
            }

            next = packet[offset];
            offset += bytes;
            if (isFragment)
            {
                break;
            }
        }

        ip = new IpPacket(packet, isV4: false, offset, next, isFragment);
        return true;
    }

    // Hop-by-hop options may stand in the first place only (RFC 8200 section 4.1); elsewhere the number is an unknown transport.
    private static bool IsExtension(byte next, int position) => next switch
    {
        IpProtocol.HopByHop => position == 0,
        IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions => true,
        _ => false,
    };
}
