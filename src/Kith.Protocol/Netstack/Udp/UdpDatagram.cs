using System.Buffers.Binary;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Udp;

/// <summary>A view of one received UDP datagram (RFC 768).</summary>
internal readonly ref struct UdpDatagram
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpDatagram(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[HeaderBytes..];

    /// <summary>Reads a datagram; false when its length does not fit the packet.</summary>
    public static bool TryDecode(in IpPacket ip, out UdpDatagram datagram)
    {
        datagram = default;
        ReadOnlySpan<byte> bytes = ip.Payload;
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < HeaderBytes || length > bytes.Length)
        {
            return false;
        }

        datagram = new UdpDatagram(bytes[..length]);
        return true;
    }

    /// <summary>Writes IP and UDP header for some data and returns their length.</summary>
    public static int Write(Span<byte> packet, InternetEndpoint local, InternetEndpoint remote, ReadOnlySpan<byte> data)
    {
        int length = HeaderBytes + data.Length;
        int ipBytes = IpWriter.Write(packet, local.Address, remote.Address, IpProtocol.Udp, length);
        Span<byte> udp = packet.Slice(ipBytes, HeaderBytes);
        BinaryPrimitives.WriteUInt16BigEndian(udp, local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], remote.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], 0);
        ReadOnlySpan<byte> addresses = local.Address.IsV4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        ulong sum = InternetChecksum.Add(InternetChecksum.Add(IpWriter.PseudoHeaderSum(addresses, IpProtocol.Udp, length), udp), data);
        ushort checksum = InternetChecksum.Finish(sum);

        // Zero would say that there is no checksum; its other form is the same number.
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum);
        return ipBytes + HeaderBytes;
    }

    /// <summary>Whether the checksum is right. IPv4 allows none (RFC 768), IPv6 does not (RFC 8200 section 8.1).</summary>
    public bool IsIntact(in IpPacket ip)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]) == 0)
        {
            return ip.IsV4;
        }

        return InternetChecksum.Finish(InternetChecksum.Add(IpWriter.PseudoHeaderSum(ip.AddressBytes, IpProtocol.Udp, _bytes.Length), _bytes)) == 0;
    }
}
