using Kith.Protocol.Relay;
using Kith.Protocol.Wire;

namespace Kith.Tests.Relay;

/// <summary>The rate at which a member passes on for others.</summary>
public sealed class RelayBudgetTests
{
    private static readonly Instant Start = new(1_000_000_000);

    [Fact]
    public void no_limit_refuses_nothing()
    {
        RelayBudget budget = new(0);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(budget.TryTake(Start, 1500));
        }

        Assert.Equal(15_000_000, budget.PassedBytes);
        Assert.Equal(0, budget.RefusedBytes);
    }

    [Fact]
    public void over_ten_seconds_as_much_passes_as_the_rate_allows_and_one_burst()
    {
        const int rate = 100_000;
        RelayBudget budget = new(rate);
        for (int millisecond = 0; millisecond < 10_000; millisecond++)
        {
            budget.TryTake(Start + TimeSpan.FromMilliseconds(millisecond), 1000);
        }

        Assert.InRange(budget.PassedBytes, 10 * rate, (10 * rate) + (rate / 4) + 1000);
        Assert.Equal(10_000_000, budget.PassedBytes + budget.RefusedBytes);
    }

    [Fact]
    public void burst_is_a_quarter_of_a_second_and_comes_back_with_time()
    {
        RelayBudget budget = new(100_000);
        Assert.Equal(25, Enumerable.Range(0, 100).Count(_ => budget.TryTake(Start, 1000)));
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => budget.TryTake(Start + TimeSpan.FromMilliseconds(100), 1000)));
        Assert.Equal(25, Enumerable.Range(0, 100).Count(_ => budget.TryTake(Start + TimeSpan.FromSeconds(60), 1000)));
    }

    [Fact]
    public void packet_larger_than_the_burst_passes_after_a_pause()
    {
        RelayBudget budget = new(1000);
        Assert.True(budget.TryTake(Start, 1400));
        Assert.False(budget.TryTake(Start + TimeSpan.FromSeconds(1), 1400));
        Assert.True(budget.TryTake(Start + TimeSpan.FromSeconds(1.5), 1400));
    }

    [Fact]
    public void threads_that_take_at_once_get_no_more_together()
    {
        RelayBudget budget = new(1_000_000);
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                budget.TryTake(Start, 100);
            }
        });
        Assert.Equal(250_000, budget.PassedBytes);
        Assert.Equal(8_000_000, budget.PassedBytes + budget.RefusedBytes);
    }
}
