using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>A rate with a burst.</summary>
public sealed class RateBudgetTests
{
    private static readonly Instant s_start = new(TimeSpan.FromHours(1).Ticks);

    [Fact]
    public void a_burst_is_taken_at_once_and_then_the_rate()
    {
        RateBudget budget = new(10, 50);
        Assert.Equal(50, Enumerable.Range(0, 200).Count(_ => budget.TryTake(s_start)));
        Assert.Equal(10, Enumerable.Range(0, 200).Count(_ => budget.TryTake(s_start + TimeSpan.FromSeconds(1))));
        Assert.Equal(50, Enumerable.Range(0, 200).Count(_ => budget.TryTake(s_start + TimeSpan.FromHours(1))));
    }

    [Fact]
    public void what_is_charged_beyond_the_burst_is_paid_for_before_anything_more()
    {
        RateBudget budget = new(10, 50);
        budget.Charge(s_start, 100);
        Assert.False(budget.HasCredit(s_start));
        Instant then = budget.CreditAt;
        Assert.Equal(5, (then - s_start).TotalSeconds, 3);
        Assert.True(budget.HasCredit(then));
        Assert.False(budget.HasCredit(then - TimeSpan.FromMilliseconds(1)));
    }
}
