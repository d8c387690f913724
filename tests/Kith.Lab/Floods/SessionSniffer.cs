using System.Buffers.Binary;
using System.Diagnostics;
using Kith.Lab.Emulator;
using Kith.Lab.Harness;

namespace Kith.Lab.Floods;

/// <summary>Reads off a host's cable which receiver index the packets of its live session carry, as somebody on the way would.</summary>
internal static class SessionSniffer
{
    private const int EthernetBytes = 14;
    private const int UdpBytes = 8;
    private const ushort Port = 5484;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Waits for a transport packet to the host and returns its receiver index, and where it came from if that is an IPv4 address.</summary>
    public static Task<(uint Receiver, (uint Address, ushort Port)? Source)> ReadAsync(LabHost host) => host.InvokeAsync(() =>
    {
        using PacketSocket socket = PacketSocket.Open("eth0");
        byte[] buffer = new byte[PacketSocket.FrameBytesMax];
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < Limit)
        {
            int length = socket.Receive(buffer);
            if (length == 0)
            {
                Thread.Sleep(1);
            }
            else if (TryRead(buffer.AsSpan(PacketSocket.HeaderBytes, length - PacketSocket.HeaderBytes), out (uint, (uint, ushort)?) found))
            {
                return found;
            }
        }

        throw new LabException($"no transport packet reached {host.Name}");
    });

    private static bool TryRead(ReadOnlySpan<byte> frame, out (uint Receiver, (uint Address, ushort Port)? Source) found)
    {
        found = default;
        if (frame.Length < EthernetBytes + 40 + UdpBytes + 32)
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[EthernetBytes..];
        bool isV4 = packet[0] >> 4 == 4;
        ReadOnlySpan<byte> udp = packet[(isV4 ? (packet[0] & 15) * 4 : 40)..];
        ReadOnlySpan<byte> datagram = udp[UdpBytes..];
        if ((isV4 ? packet[9] : packet[6]) != 17 || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != Port
            || datagram.Length < 16 || BinaryPrimitives.ReadUInt32LittleEndian(datagram) != 4)
        {
            return false;
        }

        found = (BinaryPrimitives.ReadUInt32LittleEndian(datagram[4..]),
            isV4 ? (BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), BinaryPrimitives.ReadUInt16BigEndian(udp)) : null);
        return true;
    }
}
