using Kith.Protocol.Relay;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>Routes from what members state of their links.</summary>
public sealed class RouteComputationTests
{
    private int _detours;
    private int _lost;

    [Fact]
    public void route_follows_a_chain_and_counts_its_links()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1);
        world.Link(1, 2);
        world.Link(2, 3);
        Assert.Equal((1, 3), world.Route(0, 3));
        Assert.Equal((2, 1), world.Route(3, 2));
        RelayRoute route = Assert.Single(world.Alternatives(0, 3));
        Assert.Equal((world.Id(1), 2, world.Id(2)), (route.Via, route.Hops, route.Behind));
    }

    [Fact]
    public void link_that_only_one_end_states_is_none()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1);
        world.Link(1, 2);
        world.State(2, 3);
        Assert.Null(world.Route(0, 3));
        Assert.Empty(world.Alternatives(0, 3));
    }

    [Fact]
    public void own_link_needs_no_confirmation()
    {
        using LinkWorld world = new(3);
        world.State(0, 1);
        world.Link(1, 2);
        Assert.Equal((1, 2), world.Route(0, 2));
    }

    [Fact]
    public void member_that_claims_links_the_others_do_not_confirm_draws_nothing()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1, 50);
        world.Link(1, 2, 50);
        world.Link(0, 3, 1);
        world.State(3, 2, 1);
        Assert.Equal((1, 2), world.Route(0, 2));
        Assert.Equal(world.Id(1), Assert.Single(world.Alternatives(0, 2)).Via);
    }

    [Fact]
    public void faster_way_wins_and_the_larger_of_two_statements_counts()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1, 20);
        world.Link(1, 3, 20);
        world.Link(0, 2, 10);
        world.Link(2, 3, 10);
        Assert.Equal(2, world.Route(0, 3)?.Next);
        world.State(3, 2, 100);
        Assert.Equal(1, world.Route(0, 3)?.Next);
    }

    [Fact]
    public void clean_way_wins_over_a_faster_one_that_loses()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1, 40);
        world.Link(1, 3, 40);
        world.Link(0, 2, 10);
        world.Link(2, 3, 10, loss: 64);
        Assert.Equal(1, world.Route(0, 3)?.Next);
    }

    [Fact]
    public void of_equally_fast_ways_the_one_with_fewer_members_wins()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1, 10);
        world.Link(1, 2, 10);
        world.Link(2, 3, 10);
        world.Link(0, 2, 20);
        Assert.Equal((2, 2), world.Route(0, 3));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void way_has_no_more_links_than_the_maximum(int links, bool isReachable)
    {
        using LinkWorld world = new(links + 1);
        for (int i = 0; i < links; i++)
        {
            world.Link(i, i + 1);
        }

        Assert.Equal(isReachable, world.Route(0, links) is not null);
        Assert.Equal(isReachable ? RelayFrame.HopsMax : 0, world.Alternatives(0, links).Sum(route => route.Hops));
    }

    [Fact]
    public void alternatives_begin_with_different_neighbours_and_prefer_other_members_behind_them()
    {
        using LinkWorld world = new(7);
        world.Link(0, 1, 10);
        world.Link(0, 2, 12);
        world.Link(0, 3, 14);
        world.Link(1, 4, 10);
        world.Link(2, 4, 10);
        world.Link(3, 5, 12);
        world.Link(4, 6, 10);
        world.Link(5, 6, 12);
        Assert.Equal([world.Id(1), world.Id(3), world.Id(2)], world.Alternatives(0, 6).Select(route => route.Via));
        Assert.Equal([world.Id(1), world.Id(3)], world.Alternatives(0, 6, 2).Select(route => route.Via));
    }

    [Fact]
    public void neighbour_whose_way_leads_back_through_us_comes_last_and_as_a_detour()
    {
        using LinkWorld world = new(5);
        world.Link(0, 1);
        world.Link(1, 3);
        world.Link(0, 2);
        world.Link(2, 4, 100);
        world.Link(4, 3, 100);
        List<RelayRoute> routes = world.Alternatives(0, 3);
        Assert.Equal([(world.Id(1), false), (world.Id(2), true)], routes.Select(route => (route.Via, route.IsDetour)));
        Assert.Equal((0, 3), world.Route(2, 3));
        RelayRoute second = world.Alternatives(2, 3).Single(route => route is { IsDetour: false, IsApart: true });
        Assert.Equal((world.Id(4), routes[1].Hops - 1), (second.Via, second.Hops));
    }

    [Fact]
    public void neighbour_that_knows_no_way_but_through_us_is_no_alternative()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1);
        world.Link(0, 2);
        world.Link(1, 3);
        Assert.Equal(world.Id(1), Assert.Single(world.Alternatives(0, 3)).Via);
    }

    [Fact]
    public void neighbour_with_a_link_of_its_own_is_a_single_relay_even_where_a_longer_way_is_faster()
    {
        using LinkWorld world = new(4);
        world.Link(0, 1, 10);
        world.Link(1, 2, 10);
        world.Link(2, 3, 10);
        world.Link(1, 3, 500);
        Assert.Equal((1, world.Id(3)), world.Alternatives(0, 3) is [RelayRoute route] ? (route.Hops, route.Behind) : default);
    }

    [Fact]
    public void order_in_which_reports_came_does_not_matter()
    {
        using LinkWorld world = Random(30, 3);
        IReadOnlyList<LinkReport> reports = world.Reports;
        LinkReport[] reversed = [.. reports.Reverse()];
        for (int destination = 1; destination < world.Count; destination++)
        {
            Assert.Equal(world.Route(0, destination, reports), world.Route(0, destination, reversed));
            Assert.Equal(world.Alternatives(0, destination, 4, reports), world.Alternatives(0, destination, 4, reversed));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void frame_sent_with_the_hops_of_any_alternative_arrives_and_sees_nobody_twice(ulong seed)
    {
        using LinkWorld world = Random(16, seed);
        IReadOnlyList<LinkReport> reports = world.Reports;
        int walked = 0;
        for (int from = 0; from < world.Count; from++)
        {
            for (int to = 0; to < world.Count; to++)
            {
                foreach (RelayRoute route in from == to ? [] : world.Alternatives(from, to, 4, reports))
                {
                    Walk(world, reports, from, to, route);
                    walked++;
                }
            }
        }

        Assert.True(walked > 300 && _detours > 10 && _lost * 5 < _detours, $"{walked} ways, {_detours} with a detour, {_lost} given up by the neighbour");
    }

    private void Walk(LinkWorld world, IReadOnlyList<LinkReport> reports, int from, int to, RelayRoute route)
    {
        int at = world.MemberOf(route.Via);
        int hopsLeft = route.Hops;
        int previous = from;
        List<int> seen = [from];
        while (at != to)
        {
            Assert.DoesNotContain(at, seen);
            seen.Add(at);
            (int Next, int Links)? next = world.Route(at, to, reports);
            if (route.IsDetour && previous == from && at == world.MemberOf(route.Via) && next?.Next == from)
            {
                RelayRoute second = world.Alternatives(at, to, 4, reports).FirstOrDefault(other => other is { IsDetour: false, IsApart: true } && other.Hops < hopsLeft);
                if (second == default)
                {
                    _lost++;
                    return;
                }

                next = (world.MemberOf(second.Via), second.Hops + 1);
                _detours++;
            }

            Assert.NotNull(next);
            Assert.True(next.Value.Links <= hopsLeft, $"{string.Join('-', seen)}: {next.Value.Links} links with {hopsLeft} hops left to {to}");
            Assert.NotEqual(previous, next.Value.Next);
            hopsLeft--;
            (previous, at) = (at, next.Value.Next);
        }
    }

    private static LinkWorld Random(int members, ulong seed)
    {
        LinkWorld world = new(members, seed);
        TestRandom random = new(seed + 100);
        for (int i = 1; i < members; i++)
        {
            world.Link(random.NextBelow(i), i, 1 + random.NextBelow(100), random.NextBelow(20));
        }

        for (int i = 0; i < members; i++)
        {
            (int a, int b) = (random.NextBelow(members), random.NextBelow(members));
            if (a != b)
            {
                world.Link(a, b, 1 + random.NextBelow(100), random.NextBelow(20));
            }
        }

        return world;
    }
}
