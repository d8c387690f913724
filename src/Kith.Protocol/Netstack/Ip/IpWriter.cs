using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Ip;

/// <summary>
/// Writes the IP headers of what the stack sends. IPv4 (RFC 791) goes out with "don't fragment" and identification 0, as RFC 6864
/// allows for packets that are never fragmented; IPv6 (RFC 8200) without extension headers.
/// </summary>
internal static class IpWriter
{
    /// <summary>Bytes of an IPv4 header without options.</summary>
    public const int HeaderBytesV4 = 20;

    /// <summary>Bytes of an IPv6 header.</summary>
    public const int HeaderBytesV6 = 40;

    /// <summary>The hop limit of what the stack sends.</summary>
    public const byte HopLimit = 64;

    private const ushort DontFragment = 0x4000;

    /// <summary>The header's length for a family.</summary>
    public static int HeaderBytes(bool isV4) => isV4 ? HeaderBytesV4 : HeaderBytesV6;

    /// <summary>Writes the header in front of <paramref name="payloadBytes"/> bytes and returns its length.</summary>
    public static int Write(Span<byte> packet, InternetAddress source, InternetAddress destination, byte protocol, int payloadBytes)
    {
        if (source.IsV4)
        {
            packet[0] = 0x45;
            packet[1] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(HeaderBytesV4 + payloadBytes));
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DontFragment);
            packet[8] = HopLimit;
            packet[9] = protocol;
            BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
            source.WriteTo(packet[12..]);
            destination.WriteTo(packet[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Finish(InternetChecksum.Add(0, packet[..HeaderBytesV4])));
            return HeaderBytesV4;
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)payloadBytes);
        packet[6] = protocol;
        packet[7] = HopLimit;
        source.WriteTo(packet[8..]);
        destination.WriteTo(packet[24..]);
        return HeaderBytesV6;
    }

    /// <summary>Makes the header of a packet that <see cref="Write"/> began say the packet's present length.</summary>
    public static void SetLength(Span<byte> packet)
    {
        if ((packet[0] >> 4) == 6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - HeaderBytesV6));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Finish(InternetChecksum.Add(0, packet[..HeaderBytesV4])));
    }

    /// <summary>The sum over a pseudo-header: both addresses, the protocol and the payload's length.</summary>
    public static ulong PseudoHeaderSum(ReadOnlySpan<byte> addresses, byte protocol, int payloadBytes) =>
        InternetChecksum.AddNumber(InternetChecksum.AddNumber(InternetChecksum.Add(0, addresses), protocol), (ushort)payloadBytes);

    /// <summary>The sum over the pseudo-header of a packet that <see cref="Write"/> began.</summary>
    public static ulong PseudoHeaderSum(ReadOnlySpan<byte> packet, byte protocol) => (packet[0] >> 4) == 4
        ? PseudoHeaderSum(packet.Slice(12, 8), protocol, packet.Length - HeaderBytesV4)
        : PseudoHeaderSum(packet.Slice(8, 32), protocol, packet.Length - HeaderBytesV6);
}
