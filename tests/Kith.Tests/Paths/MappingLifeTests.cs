using Kith.Protocol.Paths;

namespace Kith.Tests.Paths;

public sealed class MappingLifeTests
{
    private readonly MappingLife _life = new();

    private double Seconds => _life.Interval.TotalSeconds;

    private void Rest(bool held, int times = 1, bool mayGrow = true)
    {
        for (int i = 0; i < times; i++)
        {
            _life.BeginTest();
            _life.EndTest(held, mayGrow);
        }
    }

    /// <summary>Lets the path rest and be pinged as long as told, behind a translator that forgets after so many seconds; how many rests it did not survive.</summary>
    private int Live(double lifeSeconds, int rests)
    {
        int lost = 0;
        for (int i = 0; i < rests; i++)
        {
            bool held = Seconds < lifeSeconds;
            lost += held ? 0 : 1;
            Rest(held);
        }

        return lost;
    }

    [Fact]
    public void rests_grow_while_they_hold_up_to_a_maximum()
    {
        Assert.Equal(25, Seconds);
        Rest(held: true, times: 2);
        Assert.Equal(25, Seconds);
        Rest(held: true);
        Assert.Equal(30, Seconds);
        Rest(held: true, times: 100);
        Assert.Equal(PathTimings.KeepAliveMax, _life.Interval);
    }

    [Fact]
    public void a_rest_that_was_too_long_is_never_tried_again()
    {
        Rest(held: true, times: 3);
        Rest(held: false);
        Assert.Equal(25, Seconds);
        Rest(held: true, times: 100);
        Assert.Equal(25, Seconds);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(40, 1)]
    [InlineData(20, 2)]
    [InlineData(12, 4)]
    [InlineData(180, 0)]
    public void a_translator_of_any_haste_is_learnt_at_the_cost_of_few_rests(double lifeSeconds, int lostMax)
    {
        Assert.InRange(Live(lifeSeconds, 200), 0, lostMax);
        Assert.True(Seconds < lifeSeconds);
        Assert.Equal(0, Live(lifeSeconds, 200));
    }

    [Fact]
    public void one_lost_ping_at_the_first_length_changes_nothing()
    {
        Rest(held: false);
        Rest(held: true);
        Rest(held: false);
        Assert.Equal(25, Seconds);
    }

    [Fact]
    public void rests_never_fall_below_a_minimum_and_begin_anew_in_another_network()
    {
        Rest(held: false, times: 100);
        Assert.Equal(PathTimings.KeepAliveMin, _life.Interval);
        _life.Reset();
        Assert.Equal(25, Seconds);
        Rest(held: true, times: 100, mayGrow: false);
        Assert.Equal(25, Seconds);
    }

    [Fact]
    public void answers_to_other_pings_say_nothing()
    {
        for (int i = 0; i < 10; i++)
        {
            _life.EndTest(held: false, mayGrow: true);
        }

        Assert.Equal(25, Seconds);
    }
}
