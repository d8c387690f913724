using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Retransmission: RFC 6298, RFC 2018, RFC 8985, RFC 6582, RFC 3522; congestion control: RFC 5681, RFC 6928, RFC 9438.</summary>
public sealed class TcpLossTests
{
    private static readonly byte[] s_data = new byte[1 << 20];

    [Fact]
    public void unacknowledged_data_is_repeated_with_doubling_gaps_until_the_user_timeout()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, "x"u8);
        peer.Run(TimeSpan.FromMinutes(4));
        List<Seen> sent = [.. peer.Take().Where(seen => seen.Payload.Length > 0)];
        List<double> gaps = [.. sent.Zip(sent.Skip(1), (a, b) => (b.At - a.At).TotalMilliseconds)];
        for (int i = 2; i < gaps.Count; i++)
        {
            Assert.Equal(Math.Min(60_000, gaps[i - 1] * 2), gaps[i], 1.0);
        }

        Assert.True(gaps.Count >= 8, string.Join(' ', gaps));
        Assert.Equal(CloseReason.TimedOut, connection.CloseReason);
        Assert.Contains(peer.Events, e => e.Kind == StackEventKind.Closed && e.Reason == CloseReason.TimedOut);
    }

    [Fact]
    public void hole_reported_by_sack_is_filled_before_any_timeout()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, s_data.AsSpan(0, 10_000));
        List<Seen> sent = peer.Take();
        int size = sent[0].Payload.Length;
        Instant before = peer.Now;
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, default, (size, 4 * size));
        Seen repeated = peer.Take()[0];
        Assert.Equal(peer.StackFirst, repeated.Sequence);
        Assert.Equal(size, repeated.Payload.Length);
        Assert.True(peer.Now - before < TimeSpan.FromMilliseconds(30));
        Assert.Equal(0, connection.Statistics.Timeouts);
        Assert.Equal(1, connection.Statistics.FastRecoveries);
    }

    [Fact]
    public void segments_that_the_peer_holds_are_not_sent_again()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, s_data.AsSpan(0, 12_000));
        int size = peer.Take()[0].Payload.Length;
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, default, (size, 2 * size), (3 * size, 6 * size));
        peer.Run(5);
        HashSet<long> repeated = [.. peer.Take().Where(seen => seen.Payload.Length > 0).Select(seen => (long)(seen.Sequence - peer.StackFirst) / size)];
        Assert.Contains(0, repeated);
        Assert.Contains(2, repeated);
        Assert.DoesNotContain(1, repeated);
        Assert.DoesNotContain(3, repeated);
    }

    [Fact]
    public void one_overtaken_segment_is_given_time_before_it_is_believed_lost()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, s_data.AsSpan(0, 3000));
        int size = peer.Take()[0].Payload.Length;
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, default, (size, 2 * size));
        Assert.DoesNotContain(peer.Take(), seen => seen.Payload.Length > 0);
        peer.Run(30);
        Assert.Contains(peer.Take(), seen => seen.Sequence == peer.StackFirst && seen.Payload.Length == size);
        Assert.Equal(0, connection.Statistics.Timeouts);
    }

    [Fact]
    public void without_sack_the_third_duplicate_acknowledgment_repeats_the_first_segment()
    {
        RawPeer peer = new(sack: false, timestamps: false);
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, s_data.AsSpan(0, 10_000));
        int size = peer.Take()[0].Payload.Length;
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, 0);
        peer.Send(TcpFlags.Acknowledge, 0, 0);
        Assert.Empty(peer.Take());
        peer.Send(TcpFlags.Acknowledge, 0, 0);
        Assert.Equal(peer.StackFirst, peer.Take()[0].Sequence);

        // A partial acknowledgment shows the next hole (RFC 6582).
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, 2 * size);
        Assert.Contains(peer.Take(), seen => seen.Sequence == peer.StackFirst + (uint)(2 * size));
    }

    [Fact]
    public void lost_tail_is_probed_before_the_timeout()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        peer.Run(20);
        connection.Send(peer.Now, s_data.AsSpan(0, 1000));
        peer.Run(10);
        peer.Send(TcpFlags.Acknowledge, 0, 1000);
        connection.Send(peer.Now, s_data.AsSpan(0, 5000));
        int size = peer.Take().Max(seen => seen.Payload.Length);
        peer.Run(100);
        Seen probe = Assert.Single(peer.Take());
        Assert.True(probe.Sequence > peer.StackFirst + 1000 + (3 * size) - 1, "the probe repeats the last segment");
        Assert.Equal(0, connection.Statistics.Timeouts);
    }

    [Fact]
    public void needless_timeout_is_undone()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(window: 65535);
        peer.Run(20);
        for (int i = 0; i < 20; i++)
        {
            connection.Send(peer.Now, s_data.AsSpan(0, 1000));
            peer.Run(10);
            peer.Send(TcpFlags.Acknowledge, 0, (i + 1) * 1000);
        }

        long window = connection.Statistics.CongestionWindowBytes;
        connection.Send(peer.Now, s_data.AsSpan(0, 8000));
        peer.Flush();
        uint echo = peer.Sent[^1].Options.TimestampValue;
        peer.Run(400);
        Assert.True(connection.Statistics.Timeouts > 0);
        Assert.True(connection.Statistics.CongestionWindowBytes < window);

        // The acknowledgment of the originals was only late: it echoes a time before the repetition.
        TcpOptions options = new() { HasTimestamps = true, TimestampValue = (uint)(peer.Now.Ticks / 10000) + 1000, TimestampEcho = echo };
        peer.Raw(new ConnectionKey(RawPeer.Peer, RawPeer.Local, 5000, 80), RawPeer.PeerStart, peer.StackFirst + 28000, TcpFlags.Acknowledge, 65535, options, default);
        Assert.Equal(1, connection.Statistics.SpuriousRecoveries);
        Assert.True(connection.Statistics.CongestionWindowBytes >= window);
    }

    [Fact]
    public void first_flight_is_ten_segments_and_grows_with_each_acknowledgment()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open(window: 60000);
        connection.Send(peer.Now, s_data.AsSpan(0, 100_000));
        List<Seen> first = peer.Take();
        Assert.Equal(CongestionControl.InitialSegments, first.Count);
        long sent = first.Sum(seen => seen.Payload.Length);
        peer.Run(20);
        peer.Send(TcpFlags.Acknowledge, 0, sent / 2);
        Assert.Equal(CongestionControl.InitialSegments, peer.Take().Count);
    }

    [Fact]
    public void loss_shrinks_the_window_to_seven_tenths()
    {
        CubicControl control = new();
        control.Start(1000);
        control.Window = 100_000;
        control.Reduce(1000);
        Assert.Equal(70_000, control.Threshold);
        control.Window = control.Threshold;

        // Within K = cbrt(30 / 0.4) = 4.2 s of steady acknowledgments it is back where it was, and slow near there.
        long now = TimeSpan.TicksPerSecond;
        for (int i = 0; i < 42; i++)
        {
            control.Grow(now, control.Window, 1000, TimeSpan.TicksPerSecond / 10);
            now += TimeSpan.TicksPerSecond / 10;
        }

        Assert.InRange(control.Window, 95_000, 106_000);
    }

    [Fact]
    public void slow_start_ends_when_the_round_trip_grows()
    {
        CubicControl control = new();
        control.Start(1000);
        long sent = 0;
        for (int round = 0; round < 10 && control.IsSlowStart; round++)
        {
            long roundTrip = TimeSpan.TicksPerMillisecond * (round < 3 ? 40 : 60 + (10 * round));
            long acknowledged = sent;
            sent += control.Window;
            for (int i = 0; i < 10; i++)
            {
                control.Watch(acknowledged, sent, roundTrip);
            }
        }

        Assert.False(control.IsSlowStart);
    }

    [Fact]
    public void stream_uses_most_of_a_limited_link()
    {
        StackPair pair = new(3);
        pair.ToServer.BytesPerSecond = 1_250_000;
        pair.ToServer.Delay = pair.ToClient.Delay = TimeSpan.FromMilliseconds(25);
        (TcpConnection client, TcpConnection server) = pair.Open();
        TimeSpan took = StreamTransfer.RunBoth(pair, client, server, 20_000_000, 0, TimeSpan.FromMinutes(3));
        Assert.True(took < TimeSpan.FromSeconds(20_000_000 / 1_250_000.0 / 0.85), $"took {took}, {client.Statistics}");
    }

    [Fact]
    public void stream_goes_on_after_a_blackout()
    {
        StackPair pair = new(4);
        (TcpConnection client, TcpConnection server) = pair.Open();
        int sent = client.Send(pair.Now, s_data);
        pair.Run(TimeSpan.FromMilliseconds(35));
        pair.ToServer.IsDown = pair.ToClient.IsDown = true;
        pair.Run(TimeSpan.FromSeconds(5));
        pair.ToServer.IsDown = pair.ToClient.IsDown = false;
        byte[] buffer = new byte[65536];
        long received = 0;
        pair.RunUntil(
            () =>
            {
                int count;
                while ((count = server.Receive(pair.Now, buffer)) > 0)
                {
                    received += count;
                }

                return received == sent;
            },
            TimeSpan.FromSeconds(10));
        Assert.Equal(TcpState.Established, client.State);
    }

    [Fact]
    public void reordered_segments_cost_no_window_once_reordering_is_known()
    {
        StackPair pair = new(5);
        pair.ToServer.Reordering = 0.02;
        pair.ToServer.Delay = pair.ToClient.Delay = TimeSpan.FromMilliseconds(20);
        (TcpConnection client, TcpConnection server) = pair.Open();
        TimeSpan took = StreamTransfer.RunBoth(pair, client, server, 20_000_000, 0, TimeSpan.FromMinutes(3));
        Assert.True(took < TimeSpan.FromSeconds(10), $"took {took}, {client.Statistics}");
        Assert.Equal(0, client.Statistics.Timeouts);
    }

    [Fact]
    public void peer_that_takes_back_its_sack_still_gets_everything()
    {
        RawPeer peer = new();
        TcpConnection connection = peer.Open();
        connection.Send(peer.Now, s_data.AsSpan(0, 6000));
        int size = peer.Take()[0].Payload.Length;
        peer.Send(TcpFlags.Acknowledge, 0, 0, 65535, default, (size, 2 * size));
        peer.Send(TcpFlags.Acknowledge, 0, size);
        peer.Take();
        peer.Run(3000);
        Assert.Contains(peer.Take(), seen => seen.Sequence == peer.StackFirst + (uint)size);
    }
}
