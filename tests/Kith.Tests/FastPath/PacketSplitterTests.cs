using System.Buffers.Binary;
using Kith.Tunnel.Packets;

namespace Kith.Tests.FastPath;

public sealed unsafe class PacketSplitterTests
{
    private static readonly byte[] Timestamps = [1, 1, 8, 10, 0, 0, 1, 2, 0, 0, 3, 4];

    [Theory]
    [InlineData(false, 1, 100)]
    [InlineData(true, 1, 100)]
    [InlineData(false, 1000, 999)]
    [InlineData(false, 65000, 1308)]
    [InlineData(true, 65000, 1288)]
    [InlineData(true, 3001, 1000)]
    [InlineData(false, 3001, 1)]
    public void large_tcp_packet_comes_out_as_sound_packets_that_continue_each_other(bool v6, int payload, int segment)
    {
        byte[] data = Payload(payload);
        byte[] large = TestPacket.Tcp(v6, data, sequence: uint.MaxValue - 500, flags: TestPacket.Acknowledge | TestPacket.Push | TestPacket.Fin | TestPacket.Reduced, options: Timestamps, identification: 65534);
        List<byte[]> packets = Split(large, Header(v6, tcp: true, segment), out int announced);

        int header = v6 ? 40 : 20;
        Assert.Equal((payload + segment - 1) / segment, packets.Count);
        Assert.Equal(announced, packets[0].Length);
        Assert.Equal(data, packets.SelectMany(p => p[(header + 32)..]).ToArray());
        for (int i = 0; i < packets.Count; i++)
        {
            byte[] packet = packets[i];
            Assert.True(TestPacket.IsSound(packet), $"packet {i}");
            Assert.Equal(unchecked(uint.MaxValue - 500 + (uint)(i * segment)), BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(header + 4)));
            Assert.Equal(Timestamps, packet[(header + 20)..(header + 32)]);
            bool last = i == packets.Count - 1;
            byte flags = (byte)(TestPacket.Acknowledge | (last ? TestPacket.Push | TestPacket.Fin : 0) | (i == 0 ? TestPacket.Reduced : 0));
            Assert.Equal(flags, packet[header + 13]);
            if (!v6)
            {
                Assert.Equal(unchecked((ushort)(65534 + i)), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4)));
            }
        }
    }

    [Theory]
    [InlineData(false, 5000, 1332)]
    [InlineData(true, 5001, 1200)]
    [InlineData(true, 3, 1200)]
    public void large_udp_packet_comes_out_as_sound_datagrams(bool v6, int payload, int segment)
    {
        byte[] data = Payload(payload);
        List<byte[]> packets = Split(TestPacket.Udp(v6, data), Header(v6, tcp: false, segment), out _);
        Assert.Equal((payload + segment - 1) / segment, packets.Count);
        Assert.All(packets, p => Assert.True(TestPacket.IsSound(p)));
        Assert.Equal(data, packets.SelectMany(p => p[((v6 ? 40 : 20) + 8)..]).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void partial_checksum_is_completed(bool v6)
    {
        foreach (int length in (int[])[0, 1, 2, 63, 64, 65, 1000, 1001])
        {
            byte[] expected = TestPacket.Tcp(v6, Payload(length));
            int header = v6 ? 40 : 20;
            byte[] partial = (byte[])expected.Clone();
            uint pseudo = TestPacket.Pseudo(partial, header);
            pseudo = (pseudo & 0xFFFF) + (pseudo >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(partial.AsSpan(header + 16), (ushort)((pseudo & 0xFFFF) + (pseudo >> 16)));
            using NativeBlock block = new(partial);
            Assert.True(PacketSplitter.TryCompleteChecksum(Header(v6, tcp: true, 0), block.Pointer, partial.Length));
            Assert.Equal(expected, block.Span.ToArray());
        }
    }

    [Fact]
    public void udp_checksum_that_comes_to_zero_is_stored_as_ones()
    {
        byte[] packet = TestPacket.Udp(v6: true, [0, 0]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(46));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(48), checksum);
        packet[46] = packet[47] = 0;
        uint pseudo = TestPacket.Pseudo(packet, 40);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(46), (ushort)((pseudo & 0xFFFF) + (pseudo >> 16)));
        using NativeBlock block = new(packet);
        Assert.True(PacketSplitter.TryCompleteChecksum(Header(v6: true, tcp: false, 0), block.Pointer, packet.Length));
        Assert.Equal(0xFFFF, BinaryPrimitives.ReadUInt16BigEndian(block.Span[46..]));
        Assert.True(TestPacket.IsSound(block.Span));
    }

    [Fact]
    public void contradictory_virtio_headers_are_refused()
    {
        byte[] packet = TestPacket.Tcp(v6: false, Payload(100));
        VirtioHeader good = Header(v6: false, tcp: true, 50);
        Assert.True(Parses(packet, good));
        Assert.False(Parses(packet, good with { GsoSize = 0 }));
        Assert.False(Parses(packet, good with { GsoType = 9 }));
        Assert.False(Parses(packet, good with { ChecksumStart = 0 }));
        Assert.False(Parses(packet, good with { ChecksumStart = 24 }));
        Assert.False(Parses(packet, good with { ChecksumStart = ushort.MaxValue }));
        Assert.False(Parses(packet[..40], good));
        Assert.False(Parses(packet[..39], good));
        Assert.False(Parses([], good));
        packet[32] = 0x40;
        Assert.False(Parses(packet, good));
        packet[32] = 0xF0;
        Assert.False(Parses(packet[..79], good));
        using NativeBlock block = new(packet);
        Assert.False(PacketSplitter.TryCompleteChecksum(good with { ChecksumStart = (ushort)(packet.Length - 17) }, block.Pointer, packet.Length));
        Assert.False(PacketSplitter.TryCompleteChecksum(good with { ChecksumOffset = ushort.MaxValue }, block.Pointer, packet.Length));
    }

    internal static VirtioHeader Header(bool v6, bool tcp, int segment) => new()
    {
        Flags = VirtioHeader.NeedsChecksum,
        GsoType = !tcp ? VirtioHeader.GsoUdp : v6 ? VirtioHeader.GsoTcpV6 : VirtioHeader.GsoTcpV4,
        GsoSize = (ushort)segment,
        ChecksumStart = (ushort)(v6 ? 40 : 20),
        ChecksumOffset = (ushort)(tcp ? 16 : 6),
    };

    internal static List<byte[]> Split(byte[] large, VirtioHeader header, out int announced)
    {
        using NativeBlock source = new(large);
        Assert.True(PacketSplitter.TryParse(header, source.Pointer, large.Length, out PacketSplitter splitter));
        announced = splitter.PacketBytes;
        List<byte[]> packets = [];
        for (int i = 0; i < splitter.Count; i++)
        {
            using NativeBlock destination = new(announced);
            int length = splitter.Write(i, destination.Pointer);
            packets.Add(destination.Span[..length].ToArray());
        }

        return packets;
    }

    internal static byte[] Payload(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private static bool Parses(byte[] packet, VirtioHeader header)
    {
        using NativeBlock block = new(packet);
        return PacketSplitter.TryParse(header, block.Pointer, packet.Length, out _);
    }
}
