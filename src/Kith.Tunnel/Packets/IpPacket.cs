using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Packets;

/// <summary>
/// Where things lie in an IPv4 (RFC 791) or IPv6 (RFC 8200) packet, as far as the packet path must know. Made by <see cref="TryParse"/>,
/// which holds the header against the bytes at hand, so that everything stated here is inside the packet.
/// </summary>
internal readonly unsafe struct IpPacket
{
    public const int V4HeaderBytesMin = 20;
    public const int V6HeaderBytes = 40;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    private readonly byte* _packet;

    private IpPacket(byte* packet, bool isV6, int length, int headerBytes, byte protocol)
    {
        _packet = packet;
        IsV6 = isV6;
        Length = length;
        HeaderBytes = headerBytes;
        Protocol = protocol;
    }

    /// <summary>Whether it is IPv6.</summary>
    public bool IsV6 { get; }

    /// <summary>Bytes of the packet by its own statement.</summary>
    public int Length { get; }

    /// <summary>Bytes of the IP header; extension headers of IPv6 are not followed.</summary>
    public int HeaderBytes { get; }

    /// <summary>The protocol behind the header; 0 if the packet is a fragment other than the first, which has no ports.</summary>
    public byte Protocol { get; }

    /// <summary>The source address.</summary>
    public InternetAddress Source => IsV6
        ? InternetAddress.FromBytes(new ReadOnlySpan<byte>(_packet + 8, 16))
        : InternetAddress.FromV4(BinaryPrimitives.ReverseEndianness(*(uint*)(_packet + 12)));

    /// <summary>The destination address.</summary>
    public InternetAddress Destination => IsV6
        ? InternetAddress.FromBytes(new ReadOnlySpan<byte>(_packet + 24, 16))
        : InternetAddress.FromV4(BinaryPrimitives.ReverseEndianness(*(uint*)(_packet + 16)));

    /// <summary>The destination port if the packet is TCP or UDP and has one.</summary>
    public bool TryGetDestinationPort(out ushort port)
    {
        if (Protocol is Tcp or Udp && Length >= HeaderBytes + 4)
        {
            port = BinaryPrimitives.ReverseEndianness(*(ushort*)(_packet + HeaderBytes + 2));
            return true;
        }

        port = 0;
        return false;
    }

    /// <summary>Reads the header; false if it is neither version or contradicts <paramref name="available"/> bytes.</summary>
    public static bool TryParse(byte* packet, int available, out IpPacket result)
    {
        result = default;
        if (available < V4HeaderBytesMin)
        {
            return false;
        }

        switch (packet[0] >> 4)
        {
            case 4:
                int headerBytes = (packet[0] & 0xF) * 4;
                int length = BinaryPrimitives.ReverseEndianness(*(ushort*)(packet + 2));
                if (headerBytes < V4HeaderBytesMin || length < headerBytes || length > available)
                {
                    return false;
                }

                bool laterFragment = (BinaryPrimitives.ReverseEndianness(*(ushort*)(packet + 6)) & 0x1FFF) != 0;
                result = new IpPacket(packet, false, length, headerBytes, laterFragment ? (byte)0 : packet[9]);
                return true;
            case 6:
                int total = available < V6HeaderBytes ? int.MaxValue : V6HeaderBytes + BinaryPrimitives.ReverseEndianness(*(ushort*)(packet + 4));
                if (total > available)
                {
                    return false;
                }

                result = new IpPacket(packet, true, total, V6HeaderBytes, packet[6]);
                return true;
            default:
                return false;
        }
    }
}
