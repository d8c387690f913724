using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.Nat;

public sealed class NatMonitorTests
{
    private static readonly InternetEndpoint s_first = WhereaboutsTests.Endpoint("198.51.100.1:3478");
    private static readonly InternetEndpoint s_second = WhereaboutsTests.Endpoint("198.51.100.9:3478");
    private static readonly InternetEndpoint s_other = WhereaboutsTests.Endpoint("198.51.100.2:3479");
    private readonly NatWorld _world = new("192.168.1.2:1") { Resolved = [s_first, s_second] };

    private void ServersAnswer()
    {
        _world.Servers[s_first] = null;
        _world.Servers[s_second] = null;
    }

    [Fact]
    public void two_servers_tell_an_easy_translator_within_seconds()
    {
        ServersAnswer();
        _world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(NatClass.Easy, _world.Monitor.Report.Mapping);
        Assert.Equal([WhereaboutsTests.Endpoint("203.0.113.7:40000")], _world.Monitor.Observed);
        Assert.Equal(2, _world.Monitor.Servers.Count(pair => pair.Value));
    }

    [Fact]
    public void two_servers_tell_a_hard_one()
    {
        ServersAnswer();
        _world.Translate = static (_, count) => WhereaboutsTests.Endpoint($"203.0.113.7:{(count % 2 == 0 ? 61000 : 2000) + count}");
        _world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(NatClass.Hard, _world.Monitor.Report.Mapping);
    }

    [Fact]
    public void questions_sent_together_keep_their_order_for_a_stepping_one()
    {
        ServersAnswer();
        _world.Resolved = [s_first, s_second, s_other];
        _world.Servers[s_other] = null;
        _world.Translate = static (_, count) => WhereaboutsTests.Endpoint($"203.0.113.7:{40000 + (3 * count)}");
        _world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal((NatClass.Stepping, 3), (_world.Monitor.Report.Mapping, _world.Monitor.Report.Step));
    }

    [Fact]
    public void nobody_is_asked_where_two_members_tell()
    {
        ServersAnswer();
        for (int i = 0; i < 120; i++)
        {
            foreach (string member in new[] { "198.51.100.30:5484", "198.51.100.31:5484" })
            {
                _world.Monitor.HandleObserved(_world.Now, WhereaboutsTests.Endpoint(member), WhereaboutsTests.Endpoint("203.0.113.7:40000"), _world.Now);
            }

            _world.Run(TimeSpan.FromSeconds(25));
        }

        Assert.Equal((0, 0), (_world.Questions, _world.Wanted));
        Assert.Equal(NatClass.Easy, _world.Monitor.Report.Mapping);
    }

    [Fact]
    public void without_members_servers_are_asked_every_ten_to_twenty_minutes_and_looked_up_each_hour()
    {
        ServersAnswer();
        _world.HasHairpin = true;
        _world.Run(TimeSpan.FromHours(4));
        Assert.InRange(_world.Questions, (2 * 12) + 1, (2 * 25) + 1);
        Assert.InRange(_world.Wanted, 3, 5);
    }

    [Fact]
    public void servers_that_cannot_be_had_are_wanted_ever_more_rarely_and_nothing_is_sent()
    {
        _world.Resolved = [];
        _world.Run(TimeSpan.FromHours(1));
        Assert.Equal(0, _world.Questions);
        Assert.InRange(_world.Wanted, 5, 12);
        Assert.Equal(NatClass.Unknown, _world.Monitor.Report.Mapping);
    }

    [Fact]
    public void silence_of_all_servers_and_all_members_means_that_udp_is_blocked_until_somebody_is_heard()
    {
        ServersAnswer();
        _world.IsCut = true;
        _world.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(NatClass.Blocked, _world.Monitor.Report.Class);
        _world.Monitor.HandleAuthentic(_world.Now, WhereaboutsTests.Endpoint("198.51.100.30:5484"));
        Assert.NotEqual(NatClass.Blocked, _world.Monitor.Report.Class);
    }

    [Fact]
    public void silence_of_servers_means_nothing_while_members_are_heard()
    {
        ServersAnswer();
        _world.IsCut = true;
        for (int i = 0; i < 10; i++)
        {
            _world.Run(TimeSpan.FromSeconds(4));
            _world.Monitor.HandleAuthentic(_world.Now, WhereaboutsTests.Endpoint("198.51.100.30:5484"));
        }

        Assert.NotEqual(NatClass.Blocked, _world.Monitor.Report.Class);
    }

    [Fact]
    public void a_member_reached_over_tcp_alone_shows_that_udp_is_blocked()
    {
        _world.Resolved = [];
        _world.Run(TimeSpan.FromSeconds(20));
        _world.Monitor.HandleReachedOverTcp(_world.Now);
        Assert.Equal(NatClass.Blocked, _world.Monitor.Report.Class);
        _world.Monitor.HandleNetworkChange(_world.Now, _world.Local);
        Assert.Equal(NatClass.Unknown, _world.Monitor.Report.Class);
    }

    [Theory]
    [InlineData(NatFiltering.EndpointIndependent)]
    [InlineData(NatFiltering.AddressDependent)]
    [InlineData(NatFiltering.AddressAndPortDependent)]
    public void a_server_with_two_addresses_tells_filtering_and_gives_two_more_views(NatFiltering filtering)
    {
        _world.Resolved = [s_first];
        _world.Servers[s_first] = s_other;
        _world.LetsIn = (from, sentTo) => filtering switch
        {
            NatFiltering.EndpointIndependent => true,
            NatFiltering.AddressDependent => from.Address == sentTo.Address,
            _ => from == sentTo,
        };
        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(filtering, _world.Monitor.Report.Filtering);
        Assert.Equal(NatClass.Easy, _world.Monitor.Report.Mapping);
        Assert.Equal(3, _world.Monitor.Report.VantagePoints);
    }

    [Fact]
    public void one_server_with_two_addresses_tells_a_port_for_each_address()
    {
        _world.Resolved = [s_first];
        _world.Servers[s_first] = s_other;
        _world.Translate = static (to, _) => WhereaboutsTests.Endpoint($"203.0.113.7:{(to.Address == s_first.Address ? 40000 : 51000)}");
        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(NatClass.AddressDependent, _world.Monitor.Report.Mapping);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void a_hairpin_is_tried_once(bool has)
    {
        ServersAnswer();
        _world.HasHairpin = has;
        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(has, _world.Monitor.Report.Hairpin);
        int questions = _world.Questions;
        Assert.Equal(has ? 3 : 5, questions);
    }

    [Fact]
    public void a_packet_of_a_member_that_nothing_was_sent_to_shows_open_filtering()
    {
        InternetEndpoint member = WhereaboutsTests.Endpoint("198.51.100.30:5484");
        _world.Monitor.HandleSent(_world.Now, member);
        _world.Monitor.HandleAuthentic(_world.Now, member);
        Assert.Equal(NatFiltering.Unknown, _world.Monitor.Report.Filtering);
        _world.Monitor.HandleAuthentic(_world.Now, member with { Port = 6000 });
        Assert.Equal(NatFiltering.AddressDependent, _world.Monitor.Report.Filtering);
        _world.Monitor.HandleAuthentic(_world.Now, WhereaboutsTests.Endpoint("192.168.1.77:5484"));
        Assert.Equal(NatFiltering.AddressDependent, _world.Monitor.Report.Filtering);
        _world.Monitor.HandleAuthentic(_world.Now, WhereaboutsTests.Endpoint("198.51.100.31:5484"));
        Assert.Equal(NatFiltering.EndpointIndependent, _world.Monitor.Report.Filtering);
    }

    [Fact]
    public void a_mapped_port_says_nothing_of_filtering_but_shows_a_second_translator()
    {
        ServersAnswer();
        Assert.Null(_world.Monitor.Report.DoubleNat);
        _world.Monitor.HandleMapped(_world.Now, [WhereaboutsTests.Endpoint("203.0.113.7:5484")]);
        _world.Monitor.HandleAuthentic(_world.Now, WhereaboutsTests.Endpoint("198.51.100.31:5484"));
        _world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(NatFiltering.Unknown, _world.Monitor.Report.Filtering);
        Assert.False(_world.Monitor.Report.DoubleNat);
        foreach (string inside in new[] { "10.64.3.2:5484", "100.64.3.2:5484", "203.0.113.99:5484" })
        {
            _world.Monitor.HandleMapped(_world.Now, [WhereaboutsTests.Endpoint(inside)]);
            Assert.True(_world.Monitor.Report.DoubleNat);
        }
    }

    [Fact]
    public void a_machine_without_addresses_asks_nobody()
    {
        NatWorld cut = new() { Resolved = [s_first] };
        cut.Run(TimeSpan.FromHours(1));
        Assert.Equal((0, 0), (cut.Questions, cut.Wanted));
    }
}
