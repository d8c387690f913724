using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Windows, acknowledgments and small segments: RFC 9293 sections 3.7.4 and 3.8.6.</summary>
public sealed class TcpWindowTests
{
    private static readonly byte[] s_data = new byte[1 << 20];

    [Fact]
    public void closed_window_is_probed_with_doubling_gaps_and_opens_again()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(window: 1000);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 0);
        connection.Send(peer.Now, s_data.AsSpan(0, 100));
        Assert.Empty(peer.Take());
        List<Instant> probes = [];
        for (int i = 0; i < 2000; i++)
        {
            peer.Run(10);
            if (peer.Take().Count > 0)
            {
                probes.Add(peer.Now);
                peer.Send(TcpFlags.Acknowledge, 0, 0, 0);
            }
        }

        Assert.InRange(probes.Count, 5, 8);
        Assert.True(probes[4] - probes[3] > 1.5 * (probes[3] - probes[2]));
        peer.Send(TcpFlags.Acknowledge, 0, 0, 1000);
        Assert.Equal(100, Assert.Single(peer.Take()).Payload.Length);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void peer_that_answers_no_probe_is_given_up()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Acknowledge, 0, 0, 0);
        connection.Send(peer.Now, s_data.AsSpan(0, 100));
        peer.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(CloseReason.TimedOut, connection.CloseReason);
    }

    [Fact]
    public void reader_that_stops_closes_the_window_and_starting_again_opens_it()
    {
        StackPair pair = new(server: new NetworkStackOptions { ReceiveBufferBytesMax = 20_000 });
        (TcpConnection client, TcpConnection server) = pair.Open();
        client.Send(pair.Now, s_data.AsSpan(0, 100_000));
        pair.Run(TimeSpan.FromSeconds(30));
        Assert.InRange(server.Readable, 15_000, 22_000);
        Assert.Equal(TcpState.Established, client.State);
        byte[] buffer = new byte[4000];
        int received = 0;
        pair.RunUntil(
            () =>
            {
                int count;
                while ((count = server.Receive(pair.Now, buffer)) > 0)
                {
                    received += count;
                }

                return received == 100_000;
            },
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void lone_segment_is_acknowledged_after_forty_milliseconds()
    {
        RawPeer peer = new();
        peer.Open();
        Instant start = peer.Now;
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 100));
        Assert.Empty(peer.Take());
        peer.Run(100);
        Seen acknowledgment = Assert.Single(peer.Take());
        Assert.Equal(TcpConnection.DelayedAcknowledgmentMilliseconds, (acknowledgment.At - start).TotalMilliseconds);
        Assert.Equal(RawPeer.PeerStart + 100u, acknowledgment.Acknowledgment);
    }

    [Fact]
    public void second_full_segment_is_acknowledged_at_once()
    {
        RawPeer peer = new();
        peer.Open();
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 1360));
        Assert.Empty(peer.Take());
        peer.Send(TcpFlags.Acknowledge, 1360, 0, 65535, s_data.AsSpan(0, 1360));
        Assert.Equal(unchecked(RawPeer.PeerStart + 2720), Assert.Single(peer.Take()).Acknowledgment);
    }

    [Fact]
    public void segment_out_of_order_is_reported_at_once_and_the_newest_first()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Send(TcpFlags.Acknowledge, 1000, 0, 65535, s_data.AsSpan(0, 100));
        peer.Send(TcpFlags.Acknowledge, 3000, 0, 65535, s_data.AsSpan(0, 100));
        peer.Send(TcpFlags.Acknowledge, 2000, 0, 65535, s_data.AsSpan(0, 100));
        List<Seen> sent = peer.Take();
        Assert.Equal(3, sent.Count);
        Assert.All(sent, seen => Assert.Equal(RawPeer.PeerStart, seen.Acknowledgment));
        Assert.Equal(3, sent[2].Options.BlockCount);
        Assert.Equal([2000u, 3000u, 1000u], [sent[2].Options.Blocks[0].Start - RawPeer.PeerStart, sent[2].Options.Blocks[1].Start - RawPeer.PeerStart, sent[2].Options.Blocks[2].Start - RawPeer.PeerStart]);
        Assert.Equal([2100u, 3100u, 1100u], [sent[2].Options.Blocks[0].End - RawPeer.PeerStart, sent[2].Options.Blocks[1].End - RawPeer.PeerStart, sent[2].Options.Blocks[2].End - RawPeer.PeerStart]);
        Assert.Equal(0, connection.Readable);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 1000));
        Assert.Equal(1100, connection.Readable);
        Assert.Equal(unchecked(RawPeer.PeerStart + 1100), Assert.Single(peer.Take()).Acknowledgment);
    }

    [Fact]
    public void segment_that_comes_twice_is_reported_as_duplicate()
    {
        RawPeer peer = new();
        peer.Open();
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 100));
        peer.Run(50);
        peer.Take();
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, s_data.AsSpan(0, 100));
        Seen answer = Assert.Single(peer.Take());
        Assert.Equal(new SackBlock(RawPeer.PeerStart, RawPeer.PeerStart + 100), answer.Options.Blocks[0]);
    }

    [Fact]
    public void overlapping_segments_make_one_stream()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        peer.Send(TcpFlags.Acknowledge, 50, 0, 65535, bytes.AsSpan(50, 100));
        peer.Send(TcpFlags.Acknowledge, 120, 0, 65535, bytes.AsSpan(120, 80));
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, bytes.AsSpan(0, 70));
        byte[] received = new byte[300];
        Assert.Equal(200, connection.Receive(peer.Now, received));
        Assert.Equal(bytes, received[..200]);
    }

    [Fact]
    public void nagle_holds_small_segments_while_data_is_in_flight()
    {
        RawPeer peer = new(new NetworkStackOptions { Nagle = true });
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, "a"u8);
        peer.Flush();
        connection.Send(peer.Now, "b"u8);
        connection.Send(peer.Now, "c"u8);
        Assert.Single(peer.Take());
        peer.Send(TcpFlags.Acknowledge, 0, 1);
        Assert.Equal("bc"u8, Assert.Single(peer.Take()).Payload);
    }

    [Fact]
    public void without_nagle_small_segments_go_at_once()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, "a"u8);
        peer.Flush();
        connection.Send(peer.Now, "b"u8);
        Assert.Equal(2, peer.Take().Count);
    }

    [Fact]
    public void small_window_is_not_used_for_small_pieces()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(window: 20000);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 100);
        connection.Send(peer.Now, s_data.AsSpan(0, 5000));
        Assert.Empty(peer.Take());

        // Only the persist timer breaks the rule.
        peer.Run(3000);
        Assert.Equal(100, peer.Take()[0].Payload.Length);
    }

    [Fact]
    public void window_grows_with_what_the_reader_takes_and_no_further_than_its_maximum()
    {
        StackPair pair = new(server: new NetworkStackOptions { ReceiveBufferBytesMax = 300_000 });
        (TcpConnection client, TcpConnection server) = pair.Open();
        Assert.Equal(TcpConnection.InitialReceiveBytes, server.Statistics.ReceiveWindowBytes);
        StreamTransfer.RunBoth(pair, client, server, 5_000_000, 0, TimeSpan.FromMinutes(1));
        Assert.Equal(300_000, server.Statistics.ReceiveWindowBytes);
    }

    [Fact]
    public void slow_reader_never_gets_a_larger_window()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        byte[] buffer = new byte[1000];
        client.Send(pair.Now, s_data.AsSpan(0, 200_000));
        for (int i = 0; i < 100; i++)
        {
            pair.Run(TimeSpan.FromMilliseconds(50));
            server.Receive(pair.Now, buffer);
        }

        Assert.Equal(TcpConnection.InitialReceiveBytes, server.Statistics.ReceiveWindowBytes);
    }

    [Fact]
    public void writable_is_told_when_a_full_buffer_has_room_again()
    {
        StackPair pair = new();
        (TcpConnection client, TcpConnection server) = pair.Open();
        int taken = client.Send(pair.Now, s_data);
        Assert.Equal(TcpConnection.SendBufferBytesMin, taken);
        Assert.Equal(0, client.Send(pair.Now, s_data));
        byte[] buffer = new byte[65536];
        pair.RunUntil(
            () =>
            {
                while (server.Receive(pair.Now, buffer) > 0)
                {
                }

                return pair.ClientEvents.Any(e => e.Kind == StackEventKind.Writable);
            },
            TimeSpan.FromSeconds(5));
        Assert.True(client.Writable > 0);
    }
}
