using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Wire;

namespace Kith.Tests.Discovery.Rendezvous;

public sealed class ErrandBudgetTests
{
    [Fact]
    public void a_burst_and_then_one_in_each_interval()
    {
        ErrandBudget budget = new();
        Instant now = new(TimeSpan.FromHours(1).Ticks);
        Assert.Equal(RendezvousTimings.SeekBurst, Enumerable.Range(0, 1000).Count(_ => budget.TryTake(now)));
        int taken = 0;
        for (int second = 1; second <= 3600; second++)
        {
            taken += budget.TryTake(now + TimeSpan.FromSeconds(second)) ? 1 : 0;
        }

        Assert.InRange(taken, 29, 30);
    }

    [Fact]
    public void what_is_not_used_is_not_saved_beyond_the_burst()
    {
        ErrandBudget budget = new();
        Instant now = new(TimeSpan.FromHours(1).Ticks);
        Assert.True(budget.TryTake(now));
        now += TimeSpan.FromDays(2);
        Assert.Equal(RendezvousTimings.SeekBurst, Enumerable.Range(0, 1000).Count(_ => budget.TryTake(now)));
    }
}
