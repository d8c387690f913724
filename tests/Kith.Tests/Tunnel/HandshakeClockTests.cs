using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>Timestamps that only ever grow.</summary>
public sealed class HandshakeClockTests
{
    private const long TenYears = 10L * 365 * 86_400_000;

    [Fact]
    public void timestamps_grow_whatever_the_wall_clock_does()
    {
        HandshakeClock clock = new(0);
        Tai64n last = default;
        foreach (long wall in (long[])[1_000_000, 1_000_000, 5_000_000, 5, -TenYears, long.MinValue, 4_999_999, TenYears, long.MaxValue, 3, long.MaxValue])
        {
            Tai64n next = clock.Next(wall);
            Assert.True(next > last, $"at {wall}");
            last = next;
        }
    }

    [Fact]
    public void timestamps_grow_across_a_restart_with_the_clock_set_back_ten_years()
    {
        const long wall = 1_795_000_000_000;
        HandshakeClock before = new(0);
        Tai64n last = before.Next(wall);
        long persisted = before.Ceiling;
        for (int i = 0; i < 100_000; i++)
        {
            // Whatever is given out without asking for the disk again is below what the disk has.
            before.MarkPersisted(persisted);
            Tai64n next = before.Next(wall + i);
            if (before.NeedsPersisting)
            {
                persisted = before.Ceiling;
            }

            Assert.True(next <= Tai64n.FromUnixMilliseconds(persisted));
            last = next;
        }

        HandshakeClock after = new(persisted);
        Assert.True(after.Next(wall - TenYears) > last);
    }

    [Fact]
    public void disk_is_asked_for_rarely()
    {
        HandshakeClock clock = new(0);
        int writes = 0;
        for (int second = 0; second < 3600; second++)
        {
            clock.Next(1_795_000_000_000 + (second * 1000L));
            if (clock.NeedsPersisting)
            {
                writes++;
                clock.MarkPersisted(clock.Ceiling);
                Assert.False(clock.NeedsPersisting);
            }
        }

        Assert.InRange(writes, 5, 7);
    }

    [Fact]
    public void an_older_ceiling_on_disk_does_not_count()
    {
        HandshakeClock clock = new(0);
        clock.Next(1000);
        long first = clock.Ceiling;
        clock.Next(first + 1);
        clock.MarkPersisted(first);
        Assert.True(clock.NeedsPersisting);
    }
}
