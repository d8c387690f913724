using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;

namespace Kith.Tests.Core;

/// <summary>
/// Whole nodes on one switch, in memory:
/// <code>
///   anna ──┐
///   bert ──┼── switch
///   cleo ──┘
/// </code>
/// </summary>
public sealed class NodeCoreTests : IDisposable
{
    private readonly TestLan _lan = new();

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void joiner_with_an_invite_becomes_a_member_and_is_reachable()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = Invite(anna, home.Id);
        Join(bert, invite);
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(2)), "not online after two seconds");
        Assert.Equal(home.State.Digest, bert.Core!.Networks.Single().State.Digest);
    }

    [Fact]
    public void three_devices_join_through_one_invite_and_reach_each_other()
    {
        TestHost[] hosts = [_lan.Add("anna"), _lan.Add("bert"), _lan.Add("cleo"), _lan.Add("dora")];
        MembershipLog home = hosts[0].Core!.CreateNetwork(_lan.Clock(hosts[0]), "home", []);
        InviteLine invite = Invite(hosts[0], home.Id, uses: 3);
        foreach (TestHost joiner in hosts[1..])
        {
            joiner.WallOffsetMilliseconds = 3_600_000 * Array.IndexOf(hosts, joiner) / 8;
            Join(joiner, invite);
        }

        Assert.True(_lan.RunUntil(() => AllOnline(hosts), TimeSpan.FromSeconds(8)), Describe(hosts));
        Assert.Single(hosts.Select(host => host.Core!.Networks.Single().State.Digest).Distinct());
    }

    [Fact]
    public void newcomer_joins_through_a_member_while_the_inviter_is_down()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        Join(bert, Invite(anna, home.Id));
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(5)));
        InviteLine second = Invite(anna, home.Id);
        Assert.True(_lan.RunUntil(() => bert.Core!.Networks.Single().State.Invites.Count == 2, TimeSpan.FromSeconds(2)));
        _lan.Stop(anna);
        TestHost cleo = _lan.Add("cleo");
        Join(cleo, second);
        Assert.True(_lan.RunUntil(() => AllOnline(bert, cleo), TimeSpan.FromSeconds(10)), Describe(bert, cleo));
    }

    [Fact]
    public void used_up_invite_is_refused_with_its_reason()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        TestHost cleo = _lan.Add("cleo");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = Invite(anna, home.Id);
        Join(bert, invite);
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(5)));
        Join(cleo, invite);
        Assert.True(_lan.RunUntil(() => cleo.Events.OfType<NodeEvent.JoinFailed>().Any(), TimeSpan.FromSeconds(5)));
        Assert.Equal(Protocol.Core.Control.JoinRefusal.UsedUp, cleo.Events.OfType<NodeEvent.JoinFailed>().Single().Refusal);
    }

    [Fact]
    public void joiner_nobody_answers_gives_up_and_says_so()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = Invite(anna, home.Id);
        _lan.Stop(anna);
        Join(bert, invite);
        Assert.True(_lan.RunUntil(() => bert.Events.OfType<NodeEvent.JoinFailed>().Any(), TimeSpan.FromSeconds(60)));
        Assert.Equal(JoinFailure.NoMemberReachable, bert.Events.OfType<NodeEvent.JoinFailed>().Single().Failure);
    }

    [Fact]
    public void revoked_device_is_cut_off_by_every_member_within_two_seconds()
    {
        TestHost[] hosts = [_lan.Add("anna"), _lan.Add("bert"), _lan.Add("cleo")];
        MembershipLog home = hosts[0].Core!.CreateNetwork(_lan.Clock(hosts[0]), "home", []);
        InviteLine invite = Invite(hosts[0], home.Id, uses: 2);
        Join(hosts[1], invite);
        Join(hosts[2], invite);
        Assert.True(_lan.RunUntil(() => AllOnline(hosts), TimeSpan.FromSeconds(8)), Describe(hosts));
        hosts[0].Core!.RevokeDevice(_lan.Clock(hosts[0]), home.Id, hosts[2].Core!.Id);
        Assert.True(_lan.RunUntil(() => !hosts[1].Core!.DescribePeer(hosts[2].Core!.Id).Online, TimeSpan.FromSeconds(2)));
        Assert.False(hosts[0].Core!.DescribePeer(hosts[2].Core!.Id).Online);
        Assert.DoesNotContain(hosts[2].Core!.Id, hosts[1].Core!.Networks.Single().State.Members.Keys);
        Assert.True(_lan.RunUntil(() => AllOnline(hosts[..2]), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void all_restart_without_multicast_and_find_each_other_from_the_cache()
    {
        TestHost[] hosts = [_lan.Add("anna"), _lan.Add("bert"), _lan.Add("cleo")];
        MembershipLog home = hosts[0].Core!.CreateNetwork(_lan.Clock(hosts[0]), "home", []);
        InviteLine invite = Invite(hosts[0], home.Id, uses: 2);
        Join(hosts[1], invite);
        Join(hosts[2], invite);
        Assert.True(_lan.RunUntil(() => AllOnline(hosts), TimeSpan.FromSeconds(8)), Describe(hosts));
        _lan.Run(TimeSpan.FromSeconds(5));
        _lan.HasMulticast = false;
        foreach (TestHost host in hosts)
        {
            _lan.Stop(host);
        }

        _lan.Run(TimeSpan.FromSeconds(5));
        foreach (TestHost host in hosts)
        {
            _lan.Start(host);
        }

        Assert.True(_lan.RunUntil(() => AllOnline(hosts), TimeSpan.FromSeconds(12)), Describe(hosts));
    }

    [Fact]
    public void full_disk_refuses_a_change_and_changes_nothing()
    {
        TestHost anna = _lan.Add("anna");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        int statements = home.Statements.Count;
        anna.Store.IsFull = true;
        NodeCoreException refusal = Assert.Throws<NodeCoreException>(() => Invite(anna, home.Id));
        Assert.Equal(NodeCoreError.StoreFull, refusal.Error);
        Assert.Equal(statements, home.Statements.Count);
        anna.Store.IsFull = false;
        Invite(anna, home.Id);
        Assert.Equal(statements + 1, home.Statements.Count);
    }

    // Found by the simulator's swarm, seed 4.
    [Fact]
    public void what_a_full_disk_had_no_room_for_is_stored_once_it_has()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        Join(bert, Invite(anna, home.Id));
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(5)));
        bert.Store.IsFull = true;
        anna.Core!.Rename(_lan.Clock(anna), home.Id, bert.Core!.Id, "nas");
        Assert.True(_lan.RunUntil(() => bert.Core!.Networks.Single().Statements.Count == home.Statements.Count, TimeSpan.FromSeconds(2)));
        Assert.NotEqual(home.Statements.Count, bert.Store.ReadStatements(home.Id).Count());
        bert.Store.IsFull = false;
        Assert.True(_lan.RunUntil(() => bert.Store.ReadStatements(home.Id).Count() == home.Statements.Count, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void a_newcomer_is_not_let_in_while_the_disk_is_full()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = Invite(anna, home.Id);
        anna.Store.IsFull = true;
        Join(bert, invite);
        Assert.True(_lan.RunUntil(() => bert.Events.OfType<NodeEvent.JoinFailed>().Any(), TimeSpan.FromMinutes(5)), Describe(anna, bert));
        Assert.Empty(bert.Core!.Networks);
        anna.Store.IsFull = false;
        Join(bert, invite);
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(10)), Describe(anna, bert));
        _lan.Stop(anna);
        _lan.Start(anna);
        Assert.Contains(bert.Core.Id, anna.Core!.Networks.Single().State.Members.Keys);
    }

    [Fact]
    public void changed_name_reaches_the_other_member()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        Join(bert, Invite(anna, home.Id));
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(5)));
        anna.Core!.Rename(_lan.Clock(anna), home.Id, bert.Core!.Id, "nas");
        Assert.True(_lan.RunUntil(() => bert.Core!.Networks.Single().State.Members[bert.Core.Id].Name == "nas", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void echo_is_answered()
    {
        TestHost anna = _lan.Add("anna");
        TestHost bert = _lan.Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        Join(bert, Invite(anna, home.Id));
        Assert.True(_lan.RunUntil(() => AllOnline(anna, bert), TimeSpan.FromSeconds(5)));
        long ping = anna.Core!.Ping(_lan.Clock(anna), bert.Core!.Id);
        Assert.True(_lan.RunUntil(() => anna.Events.OfType<NodeEvent.PingAnswered>().Any(answer => answer.Ping == ping), TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(2), anna.Events.OfType<NodeEvent.PingAnswered>().Last().RoundTrip);
    }

    private static bool AllOnline(params TestHost[] hosts) =>
        hosts.All(host => host.Core is not null && hosts.All(other => other == host || host.Core.DescribePeer(other.Core!.Id).Online));

    private static string Describe(params TestHost[] hosts) => string.Join(
        '\n',
        hosts.Select(host => $"{host.Name}: members {host.Core!.Networks.FirstOrDefault()?.State.Members.Count}, sees "
            + string.Join(",", hosts.Where(other => other != host && host.Core.DescribePeer(other.Core!.Id).Online).Select(other => other.Name))
            + " events " + string.Join(" ", host.Events.Select(nodeEvent => nodeEvent.ToString()).TakeLast(6))));

    private InviteLine Invite(TestHost host, NetworkId network, int uses = 1) =>
        host.Core!.CreateInvite(_lan.Clock(host), network, MemberRole.Member, uses, TimeSpan.FromHours(24));

    private void Join(TestHost host, InviteLine invite) => host.Core!.BeginJoin(_lan.Clock(host), invite);
}
