using System.Buffers.Binary;
using Kith.Tunnel.Packets;

namespace Kith.Tests.FastPath;

public sealed class PacketJoinerTests
{
    private static readonly byte[] Timestamps = [1, 1, 8, 10, 0, 0, 1, 2, 0, 0, 3, 4];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void segments_of_one_flow_become_one_packet_and_come_apart_again(bool v6)
    {
        List<byte[]> packets = Flow(v6, 46, 1308, 700);
        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
        (VirtioHeader header, byte[] joined) = Assert.Single(written);
        Assert.Equal(v6 ? VirtioHeader.GsoTcpV6 : VirtioHeader.GsoTcpV4, header.GsoType);
        Assert.Equal(1308, header.GsoSize);
        Assert.Equal((v6 ? 40 : 20) + 32 + (46 * 1308) + 700, joined.Length);
        Assert.Equal(packets, JoinedPackets.Unjoin(written));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void datagrams_of_one_flow_become_one_packet_where_the_device_takes_them(bool v6)
    {
        List<byte[]> packets = [.. Enumerable.Range(0, 10).Select(i => TestPacket.Udp(v6, PacketSplitterTests.Payload(i == 9 ? 3 : 1000), (ushort)(65530 + i)))];
        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
        Assert.Equal(VirtioHeader.GsoUdp, Assert.Single(written).Header.GsoType);
        Assert.Equal(packets, JoinedPackets.Unjoin(written));
        Assert.Equal(10, JoinedPackets.Run(packets, joinUdp: false).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void datagrams_that_may_not_be_fragmented_need_no_numbers(bool unnumbered)
    {
        List<byte[]> packets = [.. Enumerable.Range(0, 3).Select(_ => TestPacket.Udp(v6: false, PacketSplitterTests.Payload(100), identification: 0))];
        if (!unnumbered)
        {
            foreach (byte[] packet in packets)
            {
                packet[6] = 0;
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~TestPacket.PlainSum(packet.AsSpan(0, 20), 0));
            }
        }

        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
        Assert.Equal(unnumbered ? 1 : 3, written.Count);
        Assert.Equal(packets.Select(static p => p[20..]), JoinedPackets.Unjoin(written).Select(static p => p[20..]));
    }

    [Fact]
    public void what_is_joined_never_exceeds_what_ip_can_state()
    {
        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(Flow(v6: false, 63, 1400, 1400));
        Assert.Equal(2, written.Count);
        Assert.All(written, w => Assert.InRange(w.Packet.Length, 1, 65535));
    }

    [Fact]
    public void more_packets_than_the_named_maximum_begin_another_large_one()
    {
        List<byte[]> packets = Flow(v6: true, PacketJoiner.PacketCountMax + 5, 10, 10);
        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
        Assert.Equal(2, written.Count);
        Assert.Equal(60 + 12 + (PacketJoiner.PacketCountMax * 10), written[0].Packet.Length);
        Assert.Equal(packets, JoinedPackets.Unjoin(written));
    }

    [Fact]
    public void push_ends_a_large_packet_and_is_kept()
    {
        List<byte[]> packets = Flow(v6: false, 5, 100, 100);
        packets[2] = TestPacket.Tcp(false, PacketSplitterTests.Payload(100), 1200, TestPacket.Acknowledge | TestPacket.Push, Timestamps, 9);
        List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
        Assert.Equal(2, written.Count);
        Assert.Equal(packets, JoinedPackets.Unjoin(written));
    }

    public static TheoryData<string> Differences =>
        ["sequence gap", "acknowledgement", "window", "other option bytes", "other port", "larger", "wrong checksum", "flag", "hop limit", "traffic class", "identification", "fragment", "urgent pointer", "no payload", "ip options", "ip checksum", "other destination", "do not fragment"];

    [Theory]
    [MemberData(nameof(Differences))]
    public void packet_that_differs_is_left_as_it_is(string difference)
    {
        foreach (bool v6 in (bool[])[false, true])
        {
            List<byte[]> packets = Flow(v6, 2, 100, 100);
            byte[]? odd = Altered(difference, packets[1], v6);
            if (odd is null)
            {
                continue;
            }

            packets[1] = odd;
            List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
            Assert.Equal(2, written.FindIndex(w => w.Packet.AsSpan().SequenceEqual(odd)) + 1);
            Assert.Equal(packets, JoinedPackets.Unjoin(written));
        }
    }

    [Fact]
    public void any_mixture_comes_apart_into_exactly_what_went_in()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            List<byte[]> packets = Mixture(random);
            List<(VirtioHeader Header, byte[] Packet)> written = JoinedPackets.Run(packets);
            List<byte[]> back = JoinedPackets.Unjoin(written);
            Assert.True(packets.Count == back.Count && packets.Zip(back).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)), $"seed {seed}");
        }
    }

    private static List<byte[]> Flow(bool v6, int full, int segment, int last)
    {
        List<byte[]> packets = [];
        for (int i = 0; i <= full; i++)
        {
            byte flags = (byte)(TestPacket.Acknowledge | (i == full ? TestPacket.Push : 0));
            packets.Add(TestPacket.Tcp(v6, PacketSplitterTests.Payload(i == full ? last : segment), 1000u + (uint)(i * segment), flags, Timestamps, (ushort)(7 + i)));
        }

        return packets;
    }

    private static List<byte[]> Mixture(Random random)
    {
        List<byte[]> packets = [];
        while (packets.Count < 60)
        {
            bool v6 = random.Next(2) == 0;
            int segment = random.Next(1, 1300);
            uint sequence = (uint)random.NextInt64(uint.MaxValue);
            ushort identification = (ushort)random.Next(65536);
            int run = random.Next(1, 30);
            for (int i = 0; i < run; i++)
            {
                byte flags = (byte)(TestPacket.Acknowledge | (random.Next(12) == 0 ? 1 << random.Next(8) : 0));
                byte[] payload = new byte[random.Next(10) == 0 ? random.Next(segment) : segment];
                random.NextBytes(payload);
                packets.Add(random.Next(15) == 0
                    ? TestPacket.Udp(v6, payload, identification++)
                    : TestPacket.Tcp(v6, payload, sequence, flags, random.Next(2) == 0 ? default : Timestamps, identification++));
                sequence += (uint)payload.Length;
                if (random.Next(20) == 0)
                {
                    packets[^1][random.Next(20, packets[^1].Length)] ^= 0x10;
                }
            }
        }

        return packets.FindAll(static p => p[0] >> 4 is 4 or 6);
    }

    private static byte[]? Altered(string difference, byte[] packet, bool v6)
    {
        int header = v6 ? 40 : 20;
        byte[] odd = (byte[])packet.Clone();
        switch (difference)
        {
            case "sequence gap":
                odd[header + 7]++;
                break;
            case "acknowledgement":
                odd[header + 11]++;
                break;
            case "window":
                odd[header + 15]++;
                break;
            case "other option bytes":
                odd[header + 31]++;
                break;
            case "other port":
                odd[header + 1]++;
                break;
            case "flag":
                odd[header + 13] |= 0x40;
                break;
            case "urgent pointer":
                odd[header + 19]++;
                break;
            case "larger":
                return TestPacket.Tcp(v6, PacketSplitterTests.Payload(101), 1100, TestPacket.Acknowledge, Timestamps, 8);
            case "no payload":
                return TestPacket.Tcp(v6, [], 1100, TestPacket.Acknowledge, Timestamps, 8);
            case "wrong checksum":
                odd[^1] ^= 1;
                return odd;
            case "hop limit":
                odd[v6 ? 7 : 8]--;
                break;
            case "traffic class":
                odd[1] ^= v6 ? (byte)0x20 : (byte)0x04;
                break;
            case "other destination":
                odd[header - 1]++;
                break;
            case "identification" when !v6:
                odd[5] += 9;
                break;
            case "fragment" when !v6:
                odd[6] |= 0x20;
                break;
            case "do not fragment" when !v6:
                odd[6] = 0;
                break;
            case "ip checksum" when !v6:
                odd[10] ^= 1;
                return odd;
            case "ip options" when !v6:
                odd = [0x46, .. odd[1..20], 1, 1, 1, 1, .. odd[20..]];
                BinaryPrimitives.WriteUInt16BigEndian(odd.AsSpan(2), (ushort)odd.Length);
                header = 24;
                break;
            default:
                return null;
        }

        if (!v6)
        {
            odd[10] = odd[11] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(odd.AsSpan(10), (ushort)~TestPacket.PlainSum(odd.AsSpan(0, header), 0));
        }

        TestPacket.Checksum(odd, header, 16);
        return odd;
    }
}
