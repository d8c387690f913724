using Kith.Protocol.Core;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

public sealed class UpkeepMeterTests
{
    private readonly UpkeepMeter _meter = new();
    private Instant _now = new(10_000_000);

    [Fact]
    public void bytes_of_the_last_hour_are_counted_with_their_headers()
    {
        _meter.HandleSent(_now, 100, isV4: true);
        _meter.HandleSent(_now, 100, isV4: false);
        Assert.Equal((276, 1), _meter.Read(_now));
        _now += TimeSpan.FromMinutes(30);
        _meter.HandleSent(_now, 72, isV4: true);
        Assert.Equal((376, 31), _meter.Read(_now));
        _now += TimeSpan.FromMinutes(31);
        Assert.Equal((100, 60), _meter.Read(_now));
        _now += TimeSpan.FromHours(5);
        Assert.Equal((0, 60), _meter.Read(_now));
    }

    [Fact]
    public void two_idle_nodes_stay_within_the_budget_that_is_stated()
    {
        using TestLan lan = new();
        TestHost anna = lan.Add("anna");
        TestHost bert = lan.Add("bert");
        Kith.Protocol.Membership.MembershipLog home = anna.Core!.CreateNetwork(lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(lan.Clock(bert), anna.Core.CreateInvite(lan.Clock(anna), home.Id, Kith.Protocol.Membership.MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(lan.RunUntil(() => anna.Core.DescribePeer(bert.Core.Id).Online, TimeSpan.FromSeconds(5)));
        lan.Run(TimeSpan.FromHours(2));
        (long together, int over, long budget) = anna.Core.Upkeep(lan.Now);
        Assert.Equal(UpkeepMeter.BudgetOfNode + UpkeepMeter.BudgetOfReachable, budget);
        Assert.Equal(60, over);
        Assert.InRange(together, 1, budget);
        lan.Stop(bert);
        lan.Run(TimeSpan.FromHours(2));
        (long alone, _, budget) = anna.Core.Upkeep(lan.Now);
        Assert.Equal(UpkeepMeter.BudgetOfNode + UpkeepMeter.BudgetOfUnreachable, budget);
        Assert.InRange(alone, 1, budget);
    }
}
