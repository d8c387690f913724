using System.Buffers.Binary;
using Kith.Tunnel.Packets;

namespace Kith.Fuzz.Targets;

/// <summary>Sound TCP and UDP packets to begin from.</summary>
internal static unsafe class PacketSamples
{
    public static byte[] Make(bool v6, bool tcp, int payload, uint sequence, ushort identification = 0)
    {
        int header = v6 ? 40 : 20;
        int transport = tcp ? 20 : 8;
        byte[] packet = new byte[header + transport + payload];
        byte protocol = tcp ? IpPacket.Tcp : IpPacket.Udp;
        if (v6)
        {
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(transport + payload));
            packet[6] = protocol;
            packet[7] = 64;
            packet[8] = packet[24] = 0xFD;
        }
        else
        {
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), identification);
            packet[8] = 64;
            packet[9] = protocol;
            packet[12] = packet[16] = 100;
        }

        Span<byte> body = packet.AsSpan(header);
        BinaryPrimitives.WriteUInt16BigEndian(body, 4000);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], 5000);
        if (tcp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body[4..], sequence);
            body[12] = 0x50;
            body[13] = 0x10;
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(body[4..], (ushort)body.Length);
        }

        fixed (byte* start = packet)
        {
            if (!v6)
            {
                *(ushort*)(start + 10) = InternetChecksum.Finish(InternetChecksum.Add(0, start, header));
            }

            ulong sum = InternetChecksum.PseudoHeader(start + (v6 ? 8 : 12), v6 ? 32 : 8, protocol, body.Length);
            *(ushort*)(start + header + (tcp ? 16 : 6)) = InternetChecksum.Finish(InternetChecksum.Add(sum, start + header, body.Length));
        }

        return packet;
    }
}
