using System.Runtime.InteropServices;
using Kith.Tunnel.Packets;

namespace Kith.Tests.FastPath;

/// <summary>Runs packets through a joiner as the fast path does, and collects what would be written to the TUN device.</summary>
internal static unsafe class JoinedPackets
{
    /// <summary>Each write as its virtio header and the packet behind it.</summary>
    public static List<(VirtioHeader Header, byte[] Packet)> Run(IEnumerable<byte[]> packets, bool joinUdp = true)
    {
        List<(VirtioHeader, byte[])> written = [];
        List<NativeBlock> blocks = [];
        PacketJoiner joiner = default;
        foreach (byte[] packet in packets)
        {
            NativeBlock block = new([.. new byte[VirtioHeader.Bytes], .. packet]);
            blocks.Add(block);
            byte* start = block.Pointer + VirtioHeader.Bytes;
            Assert.True(IpPacket.TryParse(start, packet.Length, out IpPacket ip));
            if (joiner.TryAppend(start, ip, joinUdp))
            {
                continue;
            }

            Flush(ref joiner, written);
            if (!joiner.TryBegin(start, ip, joinUdp))
            {
                written.Add((default, packet));
            }
        }

        Flush(ref joiner, written);
        blocks.ForEach(static block => block.Dispose());
        return written;
    }

    /// <summary>What the kernel makes of the writes: the packets they stand for.</summary>
    public static List<byte[]> Unjoin(IEnumerable<(VirtioHeader Header, byte[] Packet)> written)
    {
        List<byte[]> packets = [];
        foreach ((VirtioHeader header, byte[] packet) in written)
        {
            if (header.GsoType == VirtioHeader.GsoNone)
            {
                packets.Add(packet);
            }
            else
            {
                packets.AddRange(PacketSplitterTests.Split(packet, header, out _));
            }
        }

        return packets;
    }

    private static void Flush(ref PacketJoiner joiner, List<(VirtioHeader Header, byte[] Packet)> written)
    {
        if (joiner.Count == 0)
        {
            return;
        }

        joiner.WriteHeaders();
        List<byte> packet = [.. new ReadOnlySpan<byte>(joiner.First, joiner.FirstBytes)];
        for (int i = 1; i < joiner.Count; i++)
        {
            (nint start, int length) = joiner.PayloadOf(i);
            packet.AddRange(new ReadOnlySpan<byte>((byte*)start, length));
        }

        Assert.Equal(joiner.TotalBytes, packet.Count);
        written.Add((MemoryMarshal.Read<VirtioHeader>(new ReadOnlySpan<byte>(joiner.First - VirtioHeader.Bytes, VirtioHeader.Bytes)), [.. packet]));
        joiner.Clear();
    }
}
