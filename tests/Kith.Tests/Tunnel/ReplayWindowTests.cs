using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>The replay window against the plain meaning of its rule.</summary>
public sealed class ReplayWindowTests
{
    [Fact]
    public void window_is_wide_enough() => Assert.True(ReplayWindow.Size >= 8128);

    [Fact]
    public void first_counter_is_zero_and_accepted_once()
    {
        ReplayWindow window = new();
        Assert.True(window.TryAccept(0));
        Assert.False(window.TryAccept(0));
    }

    [Fact]
    public void oldest_tolerated_counter_is_accepted_and_the_one_before_is_not()
    {
        ReplayWindow window = new();
        Assert.True(window.TryAccept(100_000));
        Assert.True(window.TryAccept(100_000 - ReplayWindow.Size + 1));
        Assert.False(window.TryAccept(100_000 - ReplayWindow.Size));
    }

    [Fact]
    public void largest_counters_do_not_overflow()
    {
        ReplayWindow window = new();
        Assert.True(window.TryAccept(ulong.MaxValue));
        Assert.False(window.TryAccept(ulong.MaxValue));
        Assert.True(window.TryAccept(ulong.MaxValue - ReplayWindow.Size + 1));
        Assert.False(window.TryAccept(0));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 3_000)]
    [InlineData(3, 9_000)]
    [InlineData(4, 30_000)]
    public void decides_as_a_naive_model_does(int seed, int spread)
    {
        Random random = new(seed);
        ReplayWindow window = new();
        HashSet<ulong> seen = [];
        ulong highest = 0;
        for (int i = 0; i < 100_000; i++)
        {
            // Mostly around the highest counter, now and then a jump ahead.
            long offset = random.Next(50) == 0 ? random.Next(spread * 3) : random.Next(-spread, 60);
            ulong counter = (ulong)Math.Max(0, (long)highest + offset);
            bool expected = (counter > highest || highest - counter < ReplayWindow.Size) && !seen.Contains(counter);
            bool actual = window.TryAccept(counter);
            Assert.True(expected == actual, $"seed {seed}, step {i}, counter {counter}, highest {highest}");
            if (actual)
            {
                seen.Add(counter);
                highest = Math.Max(highest, counter);
            }
        }
    }
}
