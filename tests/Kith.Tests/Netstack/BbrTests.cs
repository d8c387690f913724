using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Congestion control by rate and round trip, on links with a clock of their own. 50 ms each way and 100 Mbit/s where nothing else is said.</summary>
public class BbrTests
{
    private const double LinkBytesPerSecond = 12.5e6;
    private static readonly NetworkStackOptions Options = new() { CongestionControl = CongestionControlKind.Bbr, LargeSegments = true, Mtu = 1360 };

    [Theory]
    [InlineData(0, 100, 0.85)]
    [InlineData(0.01, 100, 0.75)]
    [InlineData(0.02, 100, 0.3)]
    [InlineData(0, 10, 0.75)]
    public void a_stream_fills_a_long_link_whatever_it_loses_by_chance(double loss, int queueMilliseconds, double leastShare)
    {
        StackPair pair = Pair(1, loss, queueMilliseconds);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Send(pair, client, server, 10_000_000);

        // What it takes to find out what the link carries is not counted.
        Instant start = pair.Now;
        Send(pair, client, server, 30_000_000);
        double share = 30e6 / (pair.Now - start).TotalSeconds / LinkBytesPerSecond;
        Assert.InRange(share, leastShare, 1);
    }

    [Theory]
    [InlineData(1, 0, 110)]
    [InlineData(3, 0, 110)]
    [InlineData(1, 30, 80)]
    [InlineData(2, 70, 50)]
    public void a_stream_goes_on_as_fast_as_its_windows_let_it_where_nothing_but_chance_loses(ulong seed, int bunchMilliseconds, double megabitsMin)
    {
        StackPair pair = Pair(seed, 0.01, 100, Wide);
        foreach (TestLink link in (TestLink[])[pair.ToServer, pair.ToClient])
        {
            link.BytesPerSecond = 0;
            link.Bunches = TimeSpan.FromMilliseconds(bunchMilliseconds);
        }

        (TcpConnection client, TcpConnection server) = pair.Open();
        double seconds = Bulk.Send(pair, client, server, 60_000_000);

        // 8 MiB in flight, and two round trips to repeat what was lost.
        Assert.InRange(60e6 * 8 / seconds / 1e6, megabitsMin, 400);
        Assert.InRange(client.Statistics.Retransmissions - pair.ToServer.Lost, 0, 500);
    }

    [Theory]
    [InlineData(0, 0.01, 20)]
    [InlineData(20, 0, 12)]
    public void another_path_is_noticed_soon(int megabits, double loss, double megabitsMin)
    {
        StackPair pair = Pair(2, 0, 100, Wide);
        TestLink[] links = [pair.ToServer, pair.ToClient];
        foreach (TestLink link in links)
        {
            link.Delay = TimeSpan.FromMilliseconds(0.1);
            link.BytesPerSecond = megabits * 125000.0;
        }

        // Another connection to the same device, as a node has one all the time, has measured the path that was.
        (TcpConnection other, TcpConnection _) = pair.Open(port: 99);
        for (int i = 0; i < 10; i++)
        {
            other.Send(pair.Now, new byte[8000]);
            pair.Run(TimeSpan.FromMilliseconds(100));
        }

        foreach (TestLink link in links)
        {
            link.Delay = TimeSpan.FromMilliseconds(50);
            link.Loss = loss;
        }

        (TcpConnection client, TcpConnection server) = Open(pair, 100);
        double seconds = Bulk.Send(pair, client, server, 6_000_000);
        Assert.InRange(6e6 * 8 / seconds / 1e6, megabitsMin, 100);
    }

    [Fact]
    public void cubic_would_not()
    {
        NetworkStackOptions options = Options with { CongestionControl = CongestionControlKind.Cubic };
        StackPair pair = Pair(1, 0.01, 100, options);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Instant start = pair.Now;
        Send(pair, client, server, 1_000_000);
        Assert.InRange(1e6 / (pair.Now - start).TotalSeconds / LinkBytesPerSecond, 0, 0.2);
    }

    [Fact]
    public void a_queue_too_short_for_it_is_not_kept_overflowing()
    {
        StackPair pair = Pair(2, 0, 5);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Send(pair, client, server, 10_000_000);
        long repeated = client.Statistics.Retransmissions;
        long sent = client.Statistics.SegmentsSent;
        Send(pair, client, server, 30_000_000);

        // 30 MB are 23,300 segments.
        Assert.InRange(client.Statistics.Retransmissions - repeated, 0, 2330);
        Assert.True(client.Statistics.SegmentsSent > sent);
    }

    [Fact]
    public void a_queue_that_would_hold_seconds_is_left_empty()
    {
        StackPair pair = Pair(6, 0, 2000, Wide);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Send(pair, client, server, 30_000_000);

        // There and back are 100 ms; probing for more adds a quarter for a moment.
        Assert.InRange(client.Statistics.RoundTrip.TotalMilliseconds, 99, 160);
    }

    [Fact]
    public void what_leaves_at_once_is_no_more_than_the_link_carries_in_some_milliseconds()
    {
        StackPair pair = Pair(3, 0, 100);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Send(pair, client, server, 10_000_000);
        long most = 0;
        long burst = 0;
        Instant at = default;
        pair.ToServer.Filter = packet =>
        {
            burst = (pair.Now - at).TotalMilliseconds < 1 ? burst + packet.Length : packet.Length;
            at = burst == packet.Length ? pair.Now : at;
            most = Math.Max(most, burst);
            return true;
        };
        Send(pair, client, server, 10_000_000);
        Assert.InRange(most, 1360, 5 * 1.25 * LinkBytesPerSecond / 1000);
    }

    [Fact]
    public void a_few_words_before_much_do_not_make_it_slow()
    {
        StackPair pair = Pair(5, 0, 100);
        (TcpConnection client, TcpConnection server) = pair.Open();
        Send(pair, client, server, 20);
        Instant start = pair.Now;
        Send(pair, client, server, 20_000);
        Assert.InRange((pair.Now - start).TotalMilliseconds, 0, 500);
    }

    [Fact]
    public void two_streams_share_a_link()
    {
        StackPair pair = Pair(4, 0.001, 100);
        (TcpConnection, TcpConnection)[] ends = [pair.Open(port: 80), Open(pair, 81)];
        byte[] data = new byte[65536];
        long[] received = new long[2];
        Instant end = pair.Now + TimeSpan.FromSeconds(30);
        Instant half = pair.Now + TimeSpan.FromSeconds(10);
        do
        {
            for (int i = 0; i < 2; i++)
            {
                while (ends[i].Item1.Send(pair.Now, data) == data.Length)
                {
                }

                int count;
                while ((count = ends[i].Item2.Receive(pair.Now, data)) > 0)
                {
                    received[i] += pair.Now > half ? count : 0;
                }
            }

        }
        while (pair.Step(end));

        Assert.InRange(received.Sum() / 20.0 / LinkBytesPerSecond, 0.7, 1);
        Assert.InRange((double)received.Max() / received.Min(), 1, 2.5);
    }

    private static NetworkStackOptions Wide => Options with { SendBufferBytesMax = 8 << 20, ReceiveBufferBytesMax = 8 << 20 };

    private static StackPair Pair(ulong seed, double loss, int queueMilliseconds, NetworkStackOptions? options = null)
    {
        StackPair pair = new(seed, options ?? Options, options ?? Options);
        foreach (TestLink link in (TestLink[])[pair.ToServer, pair.ToClient])
        {
            link.Delay = TimeSpan.FromMilliseconds(50);
            link.Loss = loss;
            link.BytesPerSecond = LinkBytesPerSecond;
            link.QueueMax = TimeSpan.FromMilliseconds(queueMilliseconds);
        }

        return pair;
    }

    private static (TcpConnection Client, TcpConnection Server) Open(StackPair pair, ushort port)
    {
        pair.ServerEvents.Clear();
        return pair.Open(port: port);
    }

    private static void Send(StackPair pair, TcpConnection from, TcpConnection to, long bytes) => Bulk.Send(pair, from, to, bytes);
}
