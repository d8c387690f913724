using Kith.Node.Hosting;
using Kith.Protocol.Wire;

namespace Kith.Tests.Hosting;

public sealed class SleepWatchTests
{
    private readonly SleepWatch _watch = new(TimeSpan.FromSeconds(30));
    private ClockReading _now = new(new Instant(1), 1_800_000_000_000);

    private bool Turn(double monotonicSeconds, double wallSeconds)
    {
        _now = new ClockReading(_now.Monotonic + TimeSpan.FromSeconds(monotonicSeconds), _now.WallMilliseconds + (long)(wallSeconds * 1000));
        return _watch.HasSlept(_now);
    }

    [Fact]
    public void a_machine_that_slept_is_noticed_once()
    {
        Assert.False(Turn(0, 0));
        Assert.False(Turn(30, 30));
        Assert.True(Turn(1, 3600));
        Assert.False(Turn(1, 1));
    }

    [Fact]
    public void a_process_that_was_stopped_is_noticed()
    {
        Assert.False(Turn(0, 0));
        Assert.True(Turn(45, 45));
        Assert.False(Turn(37, 37));
    }

    [Fact]
    public void a_clock_that_drifts_or_is_set_back_is_no_sleep()
    {
        Assert.False(Turn(0, 0));
        Assert.False(Turn(30, 33));
        Assert.False(Turn(1, -7200));
        Assert.False(Turn(1, 1));
    }
}
