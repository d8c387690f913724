using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Memory;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Every maximum is reached, and nothing grows beyond it.</summary>
public sealed class StackLimitTests(ITestOutputHelper output)
{
    private static readonly byte[] s_data = new byte[1 << 20];

    [Fact]
    public void half_open_connections_push_out_the_oldest()
    {
        RawPeer peer = new(new NetworkStackOptions { HalfOpenMax = 10 });
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 1000);
        for (int i = 0; i < 100; i++)
        {
            peer.Syn(port: (ushort)(1000 + i));
        }

        Assert.Equal(10, peer.Stack.ConnectionCount);
        Assert.Equal(90, peer.Stack.Statistics.HalfOpenDropped);
    }

    [Fact]
    public void backlog_is_kept_and_full_of_established_connections_it_drops_syns()
    {
        StackPair pair = new();
        pair.Server.Listen(InternetAddress.None, 80, 3);
        byte[] buffer = new byte[2000];
        for (int i = 0; i < 6; i++)
        {
            pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 80));
            for (int turn = 0; turn < 3; turn++)
            {
                // By hand, so that the server's events are not taken.
                while (pair.Client.TryGetPacket(pair.Now, buffer, out StackPacket packet))
                {
                    pair.Server.HandlePacket(pair.Now, buffer.AsSpan(0, packet.Length));
                }

                while (pair.Server.TryGetPacket(pair.Now, buffer, out StackPacket packet))
                {
                    pair.Client.HandlePacket(pair.Now, buffer.AsSpan(0, packet.Length));
                }
            }
        }

        Assert.Equal(3, pair.Server.ConnectionCount);
        Assert.Equal(3, pair.Server.Statistics.SynsDropped);
        pair.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(6, pair.ServerEvents.Count(e => e.Kind == StackEventKind.Accepted));
    }

    [Fact]
    public void connections_listeners_bindings_and_addresses_have_maxima()
    {
        NetworkStack stack = new(new NetworkStackOptions { ConnectionsMax = 5, ListenersMax = 5, BindingsMax = 5, AddressesMax = 5 }, new TestRandom(1), new LocalPorts());
        for (int i = 1; i <= 5; i++)
        {
            stack.AddAddress(StackPair.Parse($"fd00::{i}"));
            stack.Listen(InternetAddress.None, (ushort)i, 1);
            stack.BindUdp(InternetAddress.None, (ushort)i);
            stack.Connect(default, InternetAddress.None, new InternetEndpoint(StackPair.Parse("fd00::99"), 1));
        }

        Assert.Throws<StackLimitException>(() => stack.AddAddress(StackPair.Parse("fd00::66")));
        Assert.Throws<StackLimitException>(() => stack.Listen(InternetAddress.None, 66, 1));
        Assert.Throws<StackLimitException>(() => stack.BindUdp(InternetAddress.None, 66));
        Assert.Throws<StackLimitException>(() => stack.Connect(default, InternetAddress.None, new InternetEndpoint(StackPair.Parse("fd00::99"), 1)));
    }

    [Fact]
    public void syns_beyond_the_connections_maximum_are_dropped()
    {
        RawPeer peer = new(new NetworkStackOptions { ConnectionsMax = 7 });
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 1000);
        for (int i = 0; i < 20; i++)
        {
            peer.Syn(port: (ushort)(1000 + i));
        }

        Assert.Equal(7, peer.Stack.ConnectionCount);
        Assert.Equal(13, peer.Stack.Statistics.SynsDropped);
    }

    [Fact]
    public void time_wait_table_pushes_out_the_oldest()
    {
        NetworkStackOptions options = new() { TimeWaitMax = 5 };
        StackPair pair = new(client: options);
        for (int i = 0; i < 12; i++)
        {
            (TcpConnection client, TcpConnection server) = pair.Open(port: (ushort)(100 + i));
            pair.ServerEvents.Clear();
            client.Finish(pair.Now);
            pair.RunUntil(() => server.State == TcpState.CloseWait, TimeSpan.FromSeconds(1));
            server.Finish(pair.Now);
            pair.RunUntil(() => server.State == TcpState.Closed, TimeSpan.FromSeconds(1));
        }

        Assert.Equal(5, pair.Client.TimeWait.Count);
        pair.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, pair.Client.TimeWait.Count);
        Assert.DoesNotContain(Enumerable.Range(61000, 4536), port => pair.ClientPorts.Contains(6, (ushort)port));
    }

    [Fact]
    public void all_connections_together_buffer_no_more_than_the_maximum_and_go_on_once_there_is_room()
    {
        NetworkStackOptions options = new() { BufferedBytesMax = 8 * ChunkPool.ChunkBytes };
        StackPair pair = new(server: options);
        (TcpConnection client1, TcpConnection server1) = pair.Open(port: 81);
        pair.ServerEvents.Clear();
        (TcpConnection client2, TcpConnection server2) = pair.Open(port: 82);
        int sent1 = client1.Send(pair.Now, s_data);
        int sent2 = client2.Send(pair.Now, s_data);
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.InRange(pair.Server.BufferedBytes, 1, options.BufferedBytesMax);
        byte[] buffer = new byte[10000];
        int received1 = 0;
        int received2 = 0;
        pair.RunUntil(
            () =>
            {
                int count;
                while ((count = server1.Receive(pair.Now, buffer)) > 0)
                {
                    received1 += count;
                }

                while ((count = server2.Receive(pair.Now, buffer)) > 0)
                {
                    received2 += count;
                }

                Assert.InRange(pair.Server.BufferedBytes, 0, options.BufferedBytesMax);
                return received1 == sent1 && received2 == sent2;
            },
            TimeSpan.FromMinutes(3));
        Assert.Equal(0, pair.Server.BufferedBytes);
    }

    [Fact]
    public void data_beyond_a_hole_gives_way_when_memory_is_short()
    {
        RawPeer peer = new(new NetworkStackOptions { BufferedBytesMax = 2 * ChunkPool.ChunkBytes });
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Acknowledge, 20_000, 0, 65535, s_data.AsSpan(0, 1000));
        peer.Send(TcpFlags.Acknowledge, 50_000, 0, 65535, s_data.AsSpan(0, 1000));
        Assert.Equal(2 * ChunkPool.ChunkBytes, peer.Stack.BufferedBytes);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 1000));
        Assert.Equal(1000, connection.Readable);
        Assert.Equal(0, peer.Take()[^1].Options.BlockCount);
    }

    [Fact]
    public void two_stacks_full_of_what_they_want_to_send_do_not_wait_forever()
    {
        NetworkStackOptions options = new() { BufferedBytesMax = 8 * ChunkPool.ChunkBytes };
        StackPair pair = new(client: options, server: options);
        (TcpConnection client, TcpConnection server) = pair.Open();
        StreamTransfer.RunBoth(pair, client, server, 2_000_000, 2_000_000, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void syn_that_pretends_to_come_from_ourselves_is_not_taken()
    {
        RawPeer peer = new();
        peer.Stack.Listen(InternetAddress.None, RawPeer.Port, 8);
        Assert.False(peer.Raw(new ConnectionKey(RawPeer.Local, RawPeer.Local, RawPeer.Port, RawPeer.Port), 1, 0, TcpFlags.Syn, 1000, default, default));
        Assert.Equal(0, peer.Stack.ConnectionCount);
    }

    [Fact]
    public void ranges_out_of_order_have_a_maximum()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        for (int i = 0; i < 2 * ReceivedRanges.RangesMax; i++)
        {
            peer.Send(TcpFlags.Acknowledge, 2 + (i * 4), 0, 65535, s_data.AsSpan(0, 2));
        }

        ReceivedRanges ranges = new();
        for (int i = 0; i < 2 * ReceivedRanges.RangesMax; i++)
        {
            Assert.Equal(i < ReceivedRanges.RangesMax, ranges.Add(2 + (i * 4), 4 + (i * 4)));
        }

        Assert.Equal(ReceivedRanges.RangesMax, ranges.Count);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 4 * ReceivedRanges.RangesMax));
        Assert.Equal(4 * ReceivedRanges.RangesMax, connection.Readable);
    }

    [Fact]
    public void tiny_segments_in_flight_have_a_maximum()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(window: 65535 << 4, scale: 4);
        long window = 0;
        for (int i = 0; i < 3 * Scoreboard.SegmentsMax; i++)
        {
            connection.Send(peer.Now, "x"u8);
            peer.Flush();
            window = Math.Max(window, peer.Sent.Count);
        }

        Assert.True(peer.Sent.Count <= Scoreboard.SegmentsMax);
        Assert.Equal(3 * Scoreboard.SegmentsMax, connection.Unacknowledged);
    }

    [Fact]
    public void datagrams_echoes_and_answers_have_maxima()
    {
        StackPair pair = new();
        UdpBinding from = pair.Client.BindUdp(InternetAddress.None, 1000);
        UdpBinding to = pair.Server.BindUdp(InternetAddress.None, 2000);
        int accepted = 0;
        while (from.SendTo(new InternetEndpoint(StackPair.ServerV6, 2000), s_data.AsSpan(0, 10)))
        {
            accepted++;
        }

        Assert.Equal(NetworkStack.RepliesMax, accepted);
        for (int i = 0; i < 10; i++)
        {
            pair.Run(TimeSpan.FromMilliseconds(50));
            from.SendTo(new InternetEndpoint(StackPair.ServerV6, 2000), s_data.AsSpan(0, 10));
        }

        Assert.Equal(UdpBinding.DatagramsMax, to.Count);
        Assert.True(pair.Server.Statistics.DatagramsDropped >= 9);
        pair.ToServer.IsDown = true;
        for (int i = 0; i < 2 * NetworkStack.PendingEchoesMax; i++)
        {
            Assert.True(pair.Client.SendEcho(pair.Now, InternetAddress.None, StackPair.ServerV6, 1, (ushort)i, default));
            pair.Flush();
        }

        pair.ToServer.IsDown = false;
        pair.ClientEvents.Clear();
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(pair.ClientEvents);
    }

    [Fact]
    public void refusals_are_limited()
    {
        StackPair pair = new(server: new NetworkStackOptions { RefusalsPerSecondMax = 20 });
        for (int i = 0; i < 100; i++)
        {
            pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 80));
        }

        pair.Run(TimeSpan.FromMilliseconds(500));
        Assert.Equal(20, pair.Server.Statistics.Refusals);
        Assert.Equal(80, pair.Server.Statistics.RefusalsSuppressed);
    }

    [Fact]
    public void idle_connection_costs_little_memory()
    {
        const int Count = 500;
        StackPair pair = new();
        pair.Server.Listen(InternetAddress.None, 80, Count);
        byte[] buffer = new byte[10];
        pair.Open(port: 81);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            TcpConnection client = pair.Client.Connect(pair.Now, InternetAddress.None, new InternetEndpoint(StackPair.ServerV6, 80));
            client.Send(pair.Now, "hello"u8);
            pair.RunUntil(() => pair.ServerEvents[^1].Kind == StackEventKind.Readable && client.Unacknowledged == 0, TimeSpan.FromSeconds(1));
            pair.ServerEvents[^1].Connection!.Receive(pair.Now, buffer);
            pair.ServerEvents.Add(default);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * Count);
        Assert.Equal(0, pair.Server.BufferedBytes + pair.Client.BufferedBytes);
        Assert.True(each <= 16 * 1024, $"{each} bytes each");
        output.WriteLine($"{each} bytes each");
    }

    [Fact]
    public void steady_stream_allocates_nothing()
    {
        StackPair pair = new(client: new NetworkStackOptions { LargeSegments = false });
        (TcpConnection client, TcpConnection server) = pair.Open();
        byte[] packetBuffer = new byte[65536];
        byte[] data = new byte[30_000];
        Instant now = pair.Now;
        Exchange(400);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(400);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exchange(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                now += TimeSpan.FromMilliseconds(1);
                client.Send(now, data);
                Move(pair.Client, pair.Server);
                while (server.Receive(now, data) > 0)
                {
                }

                Move(pair.Server, pair.Client);
            }
        }

        void Move(NetworkStack from, NetworkStack to)
        {
            while (from.TryGetPacket(now, packetBuffer, out StackPacket packet))
            {
                to.HandlePacket(now, packetBuffer.AsSpan(0, packet.Length));
            }

            while (to.TryGetEvent(out _))
            {
            }
        }
    }
}
