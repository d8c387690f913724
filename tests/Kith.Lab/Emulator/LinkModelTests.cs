namespace Kith.Lab.Emulator;

/// <summary>The link's decisions, without sockets and clock.</summary>
public sealed class LinkModelTests
{
    private const int Frames = 200_000;

    [Fact]
    public void a_perfect_link_delivers_at_once()
    {
        LinkModel model = new(1);
        Assert.Equal(1, model.Handle(500, 1514, LinkConditions.Perfect, out long arrival));
        Assert.Equal(500, arrival);
    }

    [Fact]
    public void random_loss_comes_out_as_asked()
    {
        LinkConditions conditions = new() { Loss = 0.1 };
        Assert.InRange(LostShare(conditions, out double meanBurst), 0.097, 0.103);
        Assert.InRange(meanBurst, 1.05, 1.17);
    }

    [Fact]
    public void bursts_have_the_share_and_the_length_asked_for()
    {
        LinkConditions conditions = new() { Bursts = BurstLoss.Of(0.25, meanLength: 8) };
        Assert.InRange(LostShare(conditions, out double meanBurst), 0.235, 0.265);
        Assert.InRange(meanBurst, 7.5, 8.5);
    }

    [Fact]
    public void delay_and_jitter_stay_in_bounds_and_in_order()
    {
        LinkModel model = new(3);
        LinkConditions conditions = new() { Delay = TimeSpan.FromTicks(1000), Jitter = TimeSpan.FromTicks(300) };
        long last = 0;
        for (int frame = 0; frame < 10_000; frame++)
        {
            long now = frame * 50;
            Assert.Equal(1, model.Handle(now, 100, conditions, out long arrival));
            Assert.InRange(arrival - now, 700, 1300);
            Assert.True(arrival >= last);
            last = arrival;
        }
    }

    [Fact]
    public void reordered_frames_are_overtaken()
    {
        LinkModel model = new(4);
        LinkConditions conditions = new() { Reordering = 0.2, ReorderingDelay = TimeSpan.FromTicks(500) };
        int late = 0;
        for (int frame = 0; frame < 10_000; frame++)
        {
            long now = frame * 100;
            model.Handle(now, 100, conditions, out long arrival);
            late += arrival == now + 500 ? 1 : 0;
        }

        Assert.InRange(late, 1800, 2200);
    }

    [Fact]
    public void some_frames_arrive_twice()
    {
        LinkModel model = new(5);
        LinkConditions conditions = new() { Duplication = 0.5 };
        int copies = Enumerable.Range(0, 10_000).Sum(frame => model.Handle(frame, 100, conditions, out _));
        Assert.InRange(copies, 14_700, 15_300);
    }

    [Fact]
    public void a_bounded_rate_spaces_frames_and_drops_at_the_tail()
    {
        LinkModel model = new(6);

        // 8 Mbit/s: 1,000 bytes take 1 ms; ten of them fit.
        LinkConditions conditions = new() { BitsPerSecond = 8_000_000, QueueBytesMax = 10_000 };
        for (int frame = 1; frame <= 10; frame++)
        {
            Assert.Equal(1, model.Handle(0, 1000, conditions, out long arrival));
            Assert.Equal(frame * TimeSpan.TicksPerMillisecond, arrival);
        }

        Assert.Equal(0, model.Handle(0, 1000, conditions, out _));
        Assert.Equal(1, model.Overflowed);
        Assert.Equal(1, model.Handle(TimeSpan.TicksPerMillisecond, 1000, conditions, out _));
    }

    [Fact]
    public void a_seed_replays_and_another_does_not()
    {
        LinkConditions conditions = new() { Loss = 0.3, Jitter = TimeSpan.FromMilliseconds(1), Delay = TimeSpan.FromMilliseconds(2) };
        Assert.Equal(Trace(7, conditions), Trace(7, conditions));
        Assert.NotEqual(Trace(7, conditions), Trace(8, conditions));
    }

    private static List<long> Trace(int seed, LinkConditions conditions)
    {
        LinkModel model = new(seed);
        List<long> trace = [];
        for (int frame = 0; frame < 1000; frame++)
        {
            trace.Add(model.Handle(frame * 10, 100, conditions, out long arrival));
            trace.Add(arrival);
        }

        return trace;
    }

    private static double LostShare(LinkConditions conditions, out double meanBurst)
    {
        LinkModel model = new(2);
        int lost = 0;
        int bursts = 0;
        bool before = false;
        for (int frame = 0; frame < Frames; frame++)
        {
            bool now = model.Handle(frame, 100, conditions, out _) == 0;
            lost += now ? 1 : 0;
            bursts += now && !before ? 1 : 0;
            before = now;
        }

        meanBurst = (double)lost / bursts;
        return (double)lost / Frames;
    }
}
