using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tunnel;

/// <summary>ICMP echo over IPv4 (RFC 792) and IPv6 (RFC 4443), as much as a ping needs.</summary>
internal static class EchoPacket
{
    private const int V4HeaderBytes = 20;
    private const int V6HeaderBytes = 40;
    private const byte V4Request = 8;
    private const byte V6Request = 128;
    private const byte V6Reply = 129;
    private const byte V4Protocol = 1;
    private const byte V6Protocol = 58;
    private const int ChecksumOffset = 2;
    private const int SequenceOffset = 6;
    private const int EchoHeaderBytes = 8;

    /// <summary>An echo request with a payload of zeros.</summary>
    public static byte[] Request(InternetAddress source, InternetAddress destination, ushort sequence, int payloadBytes)
    {
        int header = source.IsV4 ? V4HeaderBytes : V6HeaderBytes;
        byte[] packet = new byte[header + EchoHeaderBytes + payloadBytes];
        if (source.IsV4)
        {
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[8] = 64;
            packet[9] = V4Protocol;
            source.WriteTo(packet.AsSpan(12));
            destination.WriteTo(packet.AsSpan(16));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Sum(packet.AsSpan(0, V4HeaderBytes), 0));
        }
        else
        {
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - V6HeaderBytes));
            packet[6] = V6Protocol;
            packet[7] = 64;
            source.WriteTo(packet.AsSpan(8));
            destination.WriteTo(packet.AsSpan(24));
        }

        packet[header] = source.IsV4 ? V4Request : V6Request;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(header + SequenceOffset), sequence);
        WriteChecksum(packet, header);
        return packet;
    }

    /// <summary>Looks at what came out of the tunnel: a request is turned into its reply in place, a reply gives its sequence number.</summary>
    /// <param name="padded">The packet, possibly with padding behind it.</param>
    /// <param name="length">The packet's own length.</param>
    /// <param name="isReply">Whether it was a reply already.</param>
    /// <param name="sequence">The sequence number.</param>
    public static bool TryTake(Span<byte> padded, out int length, out bool isReply, out ushort sequence)
    {
        length = 0;
        isReply = false;
        sequence = 0;
        bool isV4 = padded.Length >= V4HeaderBytes && padded[0] == 0x45;
        bool isV6 = padded.Length >= V6HeaderBytes && padded[0] >> 4 == 6;
        int header = isV4 ? V4HeaderBytes : V6HeaderBytes;
        if ((!isV4 && !isV6) || (isV4 ? padded[9] != V4Protocol : padded[6] != V6Protocol))
        {
            return false;
        }

        length = isV4 ? BinaryPrimitives.ReadUInt16BigEndian(padded[2..]) : V6HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(padded[4..]);
        if (length > padded.Length || length < header + EchoHeaderBytes)
        {
            return false;
        }

        Span<byte> packet = padded[..length];
        byte type = packet[header];
        sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[(header + SequenceOffset)..]);
        isReply = type == (isV4 ? 0 : V6Reply);
        if (isReply)
        {
            return true;
        }

        if (type != (isV4 ? V4Request : V6Request))
        {
            return false;
        }

        int addressBytes = isV4 ? 4 : 16;
        Span<byte> source = packet.Slice(isV4 ? 12 : 8, addressBytes);
        Span<byte> destination = packet.Slice(isV4 ? 16 : 24, addressBytes);
        byte[] kept = source.ToArray();
        destination.CopyTo(source);
        kept.CopyTo(destination);
        packet[header] = isV4 ? (byte)0 : V6Reply;
        WriteChecksum(packet, header);
        return true;
    }

    private static void WriteChecksum(Span<byte> packet, int header)
    {
        Span<byte> body = packet[header..];
        BinaryPrimitives.WriteUInt16BigEndian(body[ChecksumOffset..], 0);

        // IPv6 also sums a pseudo-header (RFC 8200 section 8.1): both addresses, the length, the protocol.
        uint pseudo = header == V4HeaderBytes ? 0 : (uint)body.Length + V6Protocol + (ushort)~Sum(packet[8..V6HeaderBytes], 0);
        BinaryPrimitives.WriteUInt16BigEndian(body[ChecksumOffset..], Sum(body, pseudo));
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        uint sum = start;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += i + 1 < bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]) : (uint)bytes[i] << 8;
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
