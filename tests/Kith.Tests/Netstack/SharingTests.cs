using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Many streams on one stack, with large segments as a node uses them: who gets how much of the link and of the memory.</summary>
public class SharingTests
{
    private const int Streams = 20;
    private static readonly NetworkStackOptions Options = new() { CongestionControl = CongestionControlKind.Bbr, LargeSegments = true, Mtu = 1360 };

    // The round trip is measured anew after ten seconds, and that is when shares drift apart.
    [Theory]
    [InlineData(8, 0, 2)]
    [InlineData(14, 100, 3)]
    public void streams_share_a_link_fairly(int seconds, int laterMilliseconds, int timesTheMean)
    {
        StackPair pair = new(1, Options, Options);
        pair.ToServer.BytesPerSecond = 12.5e6;
        (TcpConnection From, TcpConnection To)[] ends = [.. Enumerable.Range(0, Streams).Select(i => Open(pair, (ushort)(100 + i)))];
        long[] received = new long[Streams];
        byte[] data = new byte[65536];
        Instant start = pair.Now;
        Instant allRun = start + TimeSpan.FromMilliseconds(2 * laterMilliseconds * Streams);
        Instant end = start + TimeSpan.FromSeconds(seconds);
        do
        {
            for (int i = 0; i < Streams; i++)
            {
                if (pair.Now >= start + TimeSpan.FromMilliseconds(laterMilliseconds * i))
                {
                    _ = ends[i].From.Send(pair.Now, data);
                    long taken = Take(pair, ends[i].To);
                    received[i] += pair.Now >= allRun ? taken : 0;
                }
            }
        }
        while (pair.Step(end));

        double fair = received.Average();
        Assert.All(received, one => Assert.InRange(one, fair / timesTheMean, fair * timesTheMean));

        // Jain's index: 1 where all have the same, 1/20 where one has everything.
        double index = received.Sum(one => (double)one) * received.Sum(one => (double)one) / (Streams * received.Sum(one => (double)one * one));
        Assert.InRange(index, 0.9, 1);
    }

    [Fact]
    public void a_word_on_one_stream_waits_for_one_segment_of_each_other_at_most()
    {
        StackPair pair = new(2, Options, Options);
        (TcpConnection From, TcpConnection To)[] ends = [.. Enumerable.Range(0, Streams).Select(i => Open(pair, (ushort)(100 + i)))];
        (TcpConnection word, TcpConnection _) = Open(pair, 99);
        foreach ((TcpConnection from, TcpConnection _) in ends)
        {
            from.Send(pair.Now, new byte[200_000]);
        }

        word.Send(pair.Now, "now"u8);
        byte[] buffer = new byte[StackPacket.LengthMax];
        int before = 0;
        while (pair.Client.TryGetPacket(pair.Now, buffer, out StackPacket packet) && packet.Length > 200)
        {
            before++;
        }

        Assert.InRange(before, 1, Streams);
    }

    [Fact]
    public void streams_that_nobody_reads_hold_their_first_window_and_no_other_stream_up()
    {
        StackPair pair = new(3, Options, Options);
        (TcpConnection From, TcpConnection To)[] slow = [.. Enumerable.Range(0, Streams).Select(i => Open(pair, (ushort)(100 + i)))];
        (TcpConnection from, TcpConnection to) = Open(pair, 99);
        byte[] data = new byte[65536];
        long received = 0;
        Instant end = pair.Now + TimeSpan.FromSeconds(20);
        do
        {
            foreach ((TcpConnection sender, TcpConnection _) in slow)
            {
                while (sender.Send(pair.Now, data) == data.Length)
                {
                }
            }

            _ = from.Send(pair.Now, data);
            received += Take(pair, to);
        }
        while (received < 20_000_000 && pair.Step(end));

        Assert.True(received >= 20_000_000);
        Assert.All(slow, ends => Assert.InRange(ends.To.Readable, 1, TcpConnection.InitialReceiveBytes + 2048));
        pair.Run(TimeSpan.FromSeconds(5));
        _ = Take(pair, to);

        // A chunk of 16 KiB at each end of what is held may be used in part.
        Assert.InRange(pair.Server.BufferedBytes, 1, Streams * (TcpConnection.InitialReceiveBytes + (2 * 16384)));
        Assert.All(slow, ends => Assert.InRange(ends.From.Unacknowledged, 0, Options.SendBufferBytesMax));
    }

    [Fact]
    public void the_less_memory_is_left_the_less_of_it_one_stream_is_promised()
    {
        NetworkStackOptions tight = Options with { BufferedBytesMax = 4 << 20, ReceiveBufferBytesMax = 4 << 20 };
        StackPair pair = new(4, Options, tight);
        (TcpConnection from, TcpConnection to) = Open(pair, 99);
        byte[] data = new byte[65536];
        Instant end = pair.Now + TimeSpan.FromSeconds(5);
        do
        {
            _ = from.Send(pair.Now, data);
            _ = Take(pair, to);
        }
        while (pair.Step(end));

        Assert.InRange(to.Statistics.ReceiveWindowBytes, TcpConnection.InitialReceiveBytes + 1, 1 << 20);
    }

    private static (TcpConnection From, TcpConnection To) Open(StackPair pair, ushort port)
    {
        pair.ServerEvents.Clear();
        return pair.Open(port: port);
    }

    private static long Take(StackPair pair, TcpConnection to)
    {
        byte[] buffer = new byte[65536];
        long all = 0;
        int count;
        while ((count = to.Receive(pair.Now, buffer)) > 0)
        {
            all += count;
        }

        return all;
    }
}
