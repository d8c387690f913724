using System.Buffers.Binary;

namespace Kith.Tests.FastPath;

/// <summary>Makes TCP and UDP packets, and computes checksums in the plainest way there is, to hold the fast one against.</summary>
internal static class TestPacket
{
    public const byte Fin = 0x01;
    public const byte Push = 0x08;
    public const byte Acknowledge = 0x10;
    public const byte Reduced = 0x80;

    public static byte[] Tcp(bool v6, ReadOnlySpan<byte> payload, uint sequence = 1000, byte flags = Acknowledge, ReadOnlySpan<byte> options = default, ushort identification = 7, ushort sourcePort = 40000)
    {
        byte[] transport = new byte[20 + options.Length + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(transport, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(2), 5201);
        BinaryPrimitives.WriteUInt32BigEndian(transport.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(transport.AsSpan(8), 0xCAFEBABE);
        transport[12] = (byte)((20 + options.Length) / 4 << 4);
        transport[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(14), 502);
        options.CopyTo(transport.AsSpan(20));
        payload.CopyTo(transport.AsSpan(20 + options.Length));
        return Wrap(v6, 6, transport, 16, identification);
    }

    public static byte[] Udp(bool v6, ReadOnlySpan<byte> payload, ushort identification = 7)
    {
        byte[] transport = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(transport, 9999);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(2), 8888);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(4), (ushort)transport.Length);
        payload.CopyTo(transport.AsSpan(8));
        return Wrap(v6, 17, transport, 6, identification);
    }

    /// <summary>Whether the IP header and the TCP or UDP checksum of a packet are right and its lengths agree.</summary>
    public static bool IsSound(ReadOnlySpan<byte> packet)
    {
        bool v6 = packet[0] >> 4 == 6;
        int header = v6 ? 40 : (packet[0] & 15) * 4;
        int stated = v6 ? 40 + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return stated == packet.Length
            && (v6 || PlainSum(packet[..header], 0) == 0xFFFF)
            && PlainSum(packet[header..], Pseudo(packet, header)) == 0xFFFF;
    }

    public static void Checksum(Span<byte> packet, int header, int field)
    {
        packet[(header + field)..(header + field + 2)].Clear();
        ushort sum = (ushort)~PlainSum(packet[header..], Pseudo(packet, header));
        BinaryPrimitives.WriteUInt16BigEndian(packet[(header + field)..], sum == 0 && field == 6 ? (ushort)0xFFFF : sum);
    }

    public static ushort PlainSum(ReadOnlySpan<byte> data, uint start)
    {
        uint sum = start;
        for (int i = 0; i < data.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)data[i] << 8 : data[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    public static uint Pseudo(ReadOnlySpan<byte> packet, int header)
    {
        bool v6 = packet[0] >> 4 == 6;
        uint sum = PlainSum(v6 ? packet[8..40] : packet[12..20], 0);
        return sum + (uint)(packet.Length - header) + packet[v6 ? 6 : 9];
    }

    private static byte[] Wrap(bool v6, byte protocol, byte[] transport, int field, ushort identification)
    {
        int header = v6 ? 40 : 20;
        byte[] packet = new byte[header + transport.Length];
        if (v6)
        {
            packet[0] = 0x60;
            packet[3] = 0x42;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)transport.Length);
            packet[6] = protocol;
            packet[7] = 64;
            packet[8] = packet[24] = 0xFD;
            packet[23] = 1;
            packet[39] = 2;
        }
        else
        {
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), identification);
            packet[6] = 0x40;
            packet[8] = 64;
            packet[9] = protocol;
            (packet[12], packet[15], packet[16], packet[19]) = (100, 1, 100, 2);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~PlainSum(packet.AsSpan(0, 20), 0));
        }

        transport.CopyTo(packet.AsSpan(header));
        Checksum(packet, header, field);
        return packet;
    }
}
