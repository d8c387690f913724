using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;
using Kith.Tunnel;

namespace Kith.Tests.FastPath;

/// <summary>Packets of the user-space stack, given to the packet path whole.</summary>
public class StackSenderTests
{
    private static readonly NetworkStackOptions Options = new() { Mtu = PeerLink.DefaultMtuBytes, LargeSegments = true };

    public static TheoryData<FastPathOptions, bool, bool> Ways() => new()
    {
        { new FastPathOptions(), false, false },
        { new FastPathOptions(), true, false },
        { new FastPathOptions(), false, true },
        { new FastPathOptions(), true, true },
        { new FastPathOptions { UseSendSegmentation = false, UseVectorCipher = false }, false, true },
        { new FastPathOptions { UsePortableSockets = true }, false, false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void a_large_segment_arrives_as_the_very_packets_it_stands_for(FastPathOptions options, bool v4, bool relayed)
    {
        using RelayRig rig = new(options);
        Direct(rig, relayed);
        foreach (int bytes in (int[])[1, 1200, 1288, 1308, 1309, 5000, 45 * 1288, 200_000])
        {
            foreach ((byte[] buffer, StackPacket packet) in Packets(v4, bytes))
            {
                Assert.True(rig.Path.TrySendStackPacket(rig.Links[2], buffer, packet));
                Assert.True(rig.Path.TryFlushStack());
                for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
                {
                    AssertPacket(Piece(buffer, packet, i), Arrived(rig, relayed), v4);
                }
            }
        }

        Assert.Empty(rig.Path.Report.Drops);
    }

    [Fact]
    public void small_packets_for_one_peer_are_sent_together_and_keep_their_order()
    {
        using RelayRig rig = new(new FastPathOptions());
        byte[][] packets = [.. Enumerable.Range(0, 100).Select(i => TestPacket.Tcp(i % 3 == 0, PacketSplitterTests.Payload(i % 7 == 0 ? 90 : 20), sequence: (uint)i))];
        foreach (byte[] packet in packets)
        {
            Assert.True(rig.Path.TrySendStackPacket(rig.Links[2], packet, new StackPacket(packet.Length)));
            Assert.True(rig.Path.TrySendStackPacket(rig.Links[2], packet, new StackPacket(packet.Length)));
        }

        Assert.True(rig.Path.TrySendStackPacket(rig.Links[3], packets[0], new StackPacket(packets[0].Length)));
        Assert.True(rig.Path.TryFlushStack());
        foreach (byte[] packet in packets)
        {
            Assert.Equal(packet, rig.Receive(2)[..packet.Length]);
            Assert.Equal(packet, rig.Receive(2)[..packet.Length]);
        }

        Assert.Equal(packets[0], rig.Receive(3)[..packets[0].Length]);
        Assert.InRange(rig.Path.Report.SendCalls, 2, 150);
        Assert.Equal(201, rig.Path.Report.PacketsSent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void without_a_session_or_a_way_every_packet_is_the_cores(bool hasSession)
    {
        using RelayRig rig = new(new FastPathOptions());
        if (hasSession)
        {
            rig.Links[2].Endpoint = null;
        }
        else
        {
            rig.Links[2].Current = null;
        }

        foreach ((byte[] buffer, StackPacket packet) in Packets(v4: false, 10_000))
        {
            Assert.True(rig.Path.TrySendStackPacket(rig.Links[2], buffer, packet));
            Assert.True(rig.Path.TryFlushStack());
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                AssertPacket(Piece(buffer, packet, i), RecordingInbox.Take(rig.Inbox.TunPackets), v4: false);
            }
        }

        Assert.Equal(0, rig.Path.Report.PacketsSent);
    }

    [Fact]
    public void nothing_is_allocated_for_a_packet()
    {
        using RelayRig rig = new(new FastPathOptions());
        (byte[] buffer, StackPacket packet) = Packets(v4: false, 45 * 1288).MaxBy(made => made.Packet.Length);
        Assert.True(packet.IsLarge);
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Assert.True(rig.Path.TrySendStackPacket(rig.Links[2], buffer, packet));
            Assert.True(rig.Path.TryFlushStack());
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Direct(RelayRig rig, bool relayed)
    {
        if (relayed)
        {
            rig.Links[2].Endpoint = null;
            rig.Links[2].Via = new RelayHop(rig.Links[1], 2, RelayRig.Self, 1);
        }
    }

    private static byte[] Arrived(RelayRig rig, bool relayed)
    {
        if (!relayed)
        {
            return rig.Receive(2);
        }

        Assert.True(RelayFrame.TryDecode(rig.Receive(1), out RelayFrame frame));
        return rig.Open(2, frame.Datagram);
    }

    private static byte[] Piece(byte[] buffer, in StackPacket packet, int index)
    {
        byte[] piece = new byte[buffer.Length];
        return piece[..LargeSegment.WritePiece(buffer, packet, index, piece)];
    }

    // What follows a packet is padding. IPv4's identification is counted up by one and left alone by the other, and means nothing where packets may not be fragmented.
    private static void AssertPacket(byte[] expected, byte[] actual, bool v4)
    {
        Assert.True(TestPacket.IsSound(actual.AsSpan(0, expected.Length)));
        Assert.All(actual[expected.Length..], padding => Assert.Equal(0, padding));
        Assert.Equal(Masked(expected, v4), Masked(actual[..expected.Length], v4));
    }

    private static byte[] Masked(byte[] packet, bool v4)
    {
        if (v4)
        {
            packet.AsSpan(4, 2).Clear();
            packet.AsSpan(10, 2).Clear();
        }

        return packet;
    }

    // What one stack sends another that never answers but for the handshake.
    private static List<(byte[] Buffer, StackPacket Packet)> Packets(bool v4, int bytes)
    {
        InternetAddress[] addresses = [.. new uint[] { 1, 2 }.Select(i => v4 ? InternetAddress.FromV4(0x0A000000 + i) : InternetAddress.FromBytes([0xFD, .. new byte[14], (byte)i]))];
        NetworkStack sender = new(Options, new Netstack.TestRandom(7), new LocalPorts());
        NetworkStack receiver = new(Options, new Netstack.TestRandom(8), new LocalPorts());
        sender.AddAddress(addresses[0]);
        receiver.AddAddress(addresses[1]);
        receiver.Listen(InternetAddress.None, 80, 1);
        Instant now = new(1_000_000);
        TcpConnection connection = sender.Connect(now, InternetAddress.None, new InternetEndpoint(addresses[1], 80));
        byte[] data = PacketSplitterTests.Payload(bytes);
        connection.Send(now, data);
        List<(byte[] Buffer, StackPacket Packet)> made = [];
        byte[] buffer = new byte[StackPacket.LengthMax];
        for (int round = 0; round < 40; round++)
        {
            while (sender.TryGetPacket(now, buffer, out StackPacket packet))
            {
                made.Add((buffer[..packet.Length], packet));
                for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
                {
                    receiver.HandlePacket(now, Piece(buffer[..packet.Length], packet, i));
                }
            }

            while (receiver.TryGetPacket(now, buffer, out StackPacket answer))
            {
                sender.HandlePacket(now, buffer.AsSpan(0, answer.Length));
            }

            while (receiver.TryGetEvent(out StackEvent told))
            {
                told.Connection!.Receive(now, new byte[1 << 20]);
            }
        }

        return made;
    }
}
