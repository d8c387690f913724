using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>
/// Anna takes TCP connections; what lies between her and the others may block UDP:
/// <code>
///   anna (TCP 443) ──┐
///   bert           ──┼── switch that blocks UDP at will
///   cleo           ──┘
/// </code>
/// </summary>
public sealed class TcpTests : IDisposable
{
    private readonly TestLan _lan = new() { HasMulticast = false };

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void where_udp_is_blocked_a_member_is_reached_over_tcp()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp && KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(60)), Describe(anna, bert));
        Assert.True(bert.Core!.IsUdpBlocked);
        Assert.Equal(1, _lan.Tcp.Count);
        _lan.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(PathKind.Tcp, KindOf(bert, anna));
        Assert.Equal(1, _lan.Tcp.Count);
    }

    [Fact]
    public void once_udp_passes_again_data_moves_there_and_the_connection_is_closed_a_minute_later()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        bert.BlocksUdp = false;
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Lan && KindOf(anna, bert) == PathKind.Lan, TimeSpan.FromSeconds(20)), Describe(anna, bert));
        Assert.False(Events<NodeEvent.MemberOnline>(bert).Last().Online is false, "was offline in between");
        _lan.Run(NodeCore.TcpSpareTime - TimeSpan.FromSeconds(5));
        Assert.Equal(1, _lan.Tcp.Count);
        Assert.True(_lan.RunUntil(() => _lan.Tcp.Count == 0, TimeSpan.FromSeconds(10)));
        Assert.Equal(PathKind.Lan, KindOf(bert, anna));
    }

    [Fact]
    public void no_connection_is_made_while_udp_works()
    {
        Pair();
        _lan.Run(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain(_lan.Hosts, host => Events<NodeEvent.TcpWanted>(host).Any());
    }

    [Fact]
    public void a_closed_connection_is_made_again()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        _lan.Tcp.CloseAllOf(anna);
        Assert.Null(KindOf(bert, anna));
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp && KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(5)), Describe(anna, bert));
    }

    [Fact]
    public void a_restarted_server_is_connected_to_again()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        _lan.Stop(anna);
        _lan.Run(TimeSpan.FromSeconds(20));
        Assert.Null(KindOf(bert, anna));
        _lan.Start(anna);
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp && KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(70)), Describe(anna, bert));
    }

    [Fact]
    public void attempts_that_fail_come_further_and_further_apart()
    {
        (_, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        _lan.Tcp.IsBroken = true;
        _lan.Run(TimeSpan.FromMinutes(2));
        Assert.InRange(Events<NodeEvent.TcpWanted>(bert).Count(), 4, 7);
        int before = Events<NodeEvent.TcpWanted>(bert).Count();
        _lan.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(Events<NodeEvent.TcpWanted>(bert).Count() - before, 9, 11);
    }

    [Fact]
    public void a_stranger_is_closed_after_ten_seconds_and_after_sixteen_datagrams()
    {
        (TestHost anna, _) = Pair();
        TestHost mole = _lan.Add("mole");
        int silent = _lan.Tcp.Open(mole, anna, asStranger: true);
        _lan.Run(TimeSpan.FromSeconds(9));
        Assert.DoesNotContain(new NodeEvent.TcpDone(silent), anna.Events);
        _lan.Run(TimeSpan.FromSeconds(3));
        Assert.Contains(new NodeEvent.TcpDone(silent), anna.Events);

        int loud = _lan.Tcp.Open(mole, anna, asStranger: true);
        byte[] noise = new byte[148];
        noise[0] = 1;
        for (int i = 0; i <= NodeLimits.TcpStrangerDatagramsMax; i++)
        {
            _lan.Run(TimeSpan.FromMilliseconds(1));
            Assert.DoesNotContain(new NodeEvent.TcpDone(loud), anna.Events);
            anna.Core!.HandleDatagram(_lan.Clock(anna), PathAddress.Tcp(loud), noise);
        }

        _lan.Run(TimeSpan.FromMilliseconds(1));
        Assert.Contains(new NodeEvent.TcpDone(loud), anna.Events);
        Assert.Equal(0, anna.Core!.TcpConnectionCount);
    }

    [Fact]
    public void strangers_give_way_to_newcomers_and_members_do_not()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        TestHost mole = _lan.Add("mole");
        for (int i = 0; i < 3 * NodeLimits.TcpConnectionsMax; i++)
        {
            _lan.Tcp.Open(mole, anna, asStranger: true);
            Assert.True(anna.Core!.TcpConnectionCount <= NodeLimits.TcpConnectionsMax);
        }

        Assert.Equal(PathKind.Tcp, KindOf(anna, bert));
        _lan.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(1, anna.Core!.TcpConnectionCount);
        Assert.Equal(PathKind.Tcp, KindOf(anna, bert));
    }

    [Fact]
    public void one_member_holds_two_connections_at_most()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        for (int i = 0; i < 5; i++)
        {
            _lan.Tcp.Open(bert, anna);
            _lan.Run(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(NodeLimits.TcpConnectionsPerMemberMax, anna.Core!.TcpConnectionCount);
        Assert.Equal(PathKind.Tcp, KindOf(anna, bert));
    }

    [Fact]
    public void a_revoked_member_loses_its_connection()
    {
        (TestHost anna, TestHost bert) = Pair();
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(60)));
        anna.Core!.RevokeDevice(_lan.Clock(anna), anna.Core.Networks.Single().Id, bert.Core!.Id);
        _lan.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, anna.Core.TcpConnectionCount);
    }

    [Fact]
    public void a_newcomer_that_udp_is_blocked_for_joins_over_tcp()
    {
        TestHost anna = _lan.Add("anna", isUp: false);
        anna.TcpPort = 443;
        _lan.Start(anna);
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        TestHost bert = _lan.Add("bert");
        bert.BlocksUdp = true;
        InviteLine invite = anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1));
        Assert.Equal(new InternetEndpoint(anna.Address, 443), Assert.Single(Assert.Single(invite.Hints).TcpEndpoints));
        bert.Core!.BeginJoin(_lan.Clock(bert), invite);
        Assert.True(_lan.RunUntil(() => KindOf(bert, anna) == PathKind.Tcp && KindOf(anna, bert) == PathKind.Tcp, TimeSpan.FromSeconds(10)), Describe(anna, bert));
        _lan.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(PathKind.Tcp, KindOf(bert, anna));
        Assert.Equal(1, _lan.Tcp.Count);
        Assert.Single(Events<NodeEvent.TcpWanted>(bert));
    }

    [Fact]
    public void an_attempt_to_join_that_fails_leaves_no_connection()
    {
        (TestHost anna, _) = Pair();
        TestHost cleo = _lan.Add("cleo");
        cleo.BlocksUdp = true;
        InviteLine invite = anna.Core!.CreateInvite(_lan.Clock(anna), anna.Core.Networks.Single().Id, MemberRole.Member, 1, TimeSpan.FromSeconds(1));
        _lan.Run(TimeSpan.FromSeconds(2));
        cleo.Core!.BeginJoin(_lan.Clock(cleo), invite);
        Assert.True(_lan.RunUntil(() => Events<NodeEvent.JoinFailed>(cleo).Any(), TimeSpan.FromSeconds(15)));
        Assert.Equal(Protocol.Core.Control.JoinRefusal.Expired, Events<NodeEvent.JoinFailed>(cleo).Single().Refusal);
        _lan.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, _lan.Tcp.Count);
    }

    [Fact]
    public void no_more_than_eight_connections_are_opened_at_once()
    {
        (TestHost anna, TestHost bert) = Pair();
        InviteLine invite = anna.Core!.CreateInvite(_lan.Clock(anna), anna.Core.Networks.Single().Id, MemberRole.Member, 20, TimeSpan.FromHours(1));
        for (int i = 0; i < NodeLimits.TcpDialsMax + 2; i++)
        {
            TestHost host = _lan.Add($"host{i}", isUp: false);
            host.TcpPort = 443;
            _lan.Start(host);
            host.Core!.BeginJoin(_lan.Clock(host), invite);
            Assert.True(_lan.RunUntil(() => KindOf(bert, host) == PathKind.Lan, TimeSpan.FromSeconds(20)), $"host{i} is not reached");
        }

        _lan.Run(TimeSpan.FromSeconds(5));
        _lan.Tcp.Hangs = true;
        bert.BlocksUdp = true;
        _lan.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(NodeLimits.TcpDialsMax, Events<NodeEvent.TcpWanted>(bert).Select(wanted => wanted.Node).Distinct().Count());
        Assert.Equal(NodeLimits.TcpDialsMax, Events<NodeEvent.TcpWanted>(bert).Count());
    }

    [Fact]
    public void a_node_with_many_addresses_states_four_tcp_endpoints_public_ones_first()
    {
        (TestHost anna, TestHost bert) = Pair();
        InternetPrefix[] addresses = [.. Enumerable.Range(0, 20).Select(i => new InternetPrefix(InternetAddress.FromV4((i < 17 ? 0x0A000101u : 0xCB007101u) + (uint)i), 24))];
        anna.Core!.HandleLocalAddresses(_lan.Clock(anna), [new InternetPrefix(anna.Address, 24), .. addresses]);
        Assert.Equal([false, false, false, true], anna.Core.TcpOffers.Select(offer => offer.Address.IsPrivate));
        bert.BlocksUdp = true;
        Assert.True(_lan.RunUntil(() => Events<NodeEvent.TcpWanted>(bert).Any(), TimeSpan.FromSeconds(30)));
        Assert.InRange(Events<NodeEvent.TcpWanted>(bert).First().Endpoints.Count, 1, NodeLimits.TcpOffersMax);
    }

    [Fact]
    public void the_tcp_ports_of_others_are_never_probed_by_udp()
    {
        (TestHost anna, TestHost bert) = Pair();
        Assert.NotEmpty(anna.Core!.TcpOffers);
        Assert.All(anna.Core.TcpOffers, offer => Assert.Equal(443, offer.Port));
        Assert.Empty(bert.Core!.TcpOffers);
        _lan.Run(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(_lan.Destinations, endpoint => endpoint.Port == 443);
    }

    private static IEnumerable<T> Events<T>(TestHost host)
        where T : NodeEvent => host.Events.OfType<T>();

    private static PathKind? KindOf(TestHost of, TestHost to) => of.Core!.DescribePeer(to.Core?.Id ?? to.Key.Id).Path?.Kind;

    private static string Describe(params TestHost[] hosts) =>
        string.Join("; ", hosts.SelectMany(host => host.Events.Where(item => item is NodeEvent.TcpWanted or NodeEvent.TcpDone or NodeEvent.PathChanged).Select(item => $"{host.Name}: {item}")));

    private (TestHost Anna, TestHost Bert) Pair()
    {
        TestHost anna = _lan.Add("anna", isUp: false);
        anna.TcpPort = 443;
        _lan.Start(anna);
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => KindOf(anna, bert) == PathKind.Lan && KindOf(bert, anna) == PathKind.Lan, TimeSpan.FromSeconds(5)));
        _lan.Run(TimeSpan.FromSeconds(3));
        return (anna, bert);
    }
}
