using Kith.Protocol.Wire;

namespace Kith.Tests.Wire;

public sealed class InstantTests
{
    [Fact]
    public void spans_move_instants_and_never_stays()
    {
        Instant start = new(1000);
        Assert.Equal(new Instant(1000 + TimeSpan.TicksPerSecond), start + TimeSpan.FromSeconds(1));
        Assert.Equal(start, start + TimeSpan.FromSeconds(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), start + TimeSpan.FromSeconds(2) - start);
        Assert.Equal(Instant.Never, Instant.Never + TimeSpan.FromDays(1));
        Assert.Equal(Instant.Never, Instant.Never - TimeSpan.FromDays(1));
    }

    [Fact]
    public void order_is_that_of_time()
    {
        Instant early = new(1);
        Instant late = new(2);
        Assert.True(early < late && late > early && early <= late && late >= early && late < Instant.Never);
        Assert.Equal(early, Instant.Min(early, late));
        Assert.Equal(early, Instant.Min(late, early));
        Assert.Equal(late, Instant.Max(early, late));
        Assert.Equal(late, Instant.Min(Instant.Never, late));
        Assert.True(early.CompareTo(late) < 0);
    }

    [Fact]
    public void a_clock_reading_passes_for_its_monotonic_part()
    {
        ClockReading reading = new(new Instant(7), 1234);
        Instant instant = reading;
        Assert.Equal(new Instant(7), instant);
        Assert.Equal(reading.ToInstant(), instant);
    }
}
