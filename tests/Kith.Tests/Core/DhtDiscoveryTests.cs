using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>
/// Whole nodes that have nothing but the DHT to find each other by: no multicast, no hints, addresses that changed while they slept. A dozen strangers are the
/// DHT:
/// <code>
///   anna ──┐      ┌── stranger 0 (where all begin)
///          ├──────┼── ...
///   bert ──┘      └── stranger 11
/// </code>
/// </summary>
public sealed class DhtDiscoveryTests : IDisposable
{
    private readonly TestLan _lan = new() { HasMulticast = false };
    private readonly TestHost[] _strangers;

    public DhtDiscoveryTests()
    {
        _strangers = [.. Enumerable.Range(0, 12).Select(i => Add($"stranger{i}"))];
        _lan.Run(TimeSpan.FromSeconds(20));
    }

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void members_whose_addresses_changed_find_each_other()
    {
        (TestHost anna, TestHost bert) = Pair();
        Move(anna, 0x0A000064);
        Move(bert, 0x0A000065);
        Assert.True(_lan.RunUntil(() => Online(anna, bert), TimeSpan.FromMinutes(3)), "not found in three minutes");
    }

    [Fact]
    public void members_whose_clocks_differ_around_midnight_find_each_other()
    {
        (TestHost anna, TestHost bert) = Pair();
        const long Day = 86_400_000;
        long toMidnight = Day - (_lan.Clock(anna).WallMilliseconds % Day);
        anna.WallOffsetMilliseconds += toMidnight - 600_000;
        bert.WallOffsetMilliseconds += toMidnight + 600_000;
        Move(anna, 0x0A000064);
        Move(bert, 0x0A000065);
        Assert.True(_lan.RunUntil(() => Online(anna, bert), TimeSpan.FromMinutes(3)), "not found in three minutes");
    }

    [Fact]
    public void joiner_with_an_invite_that_names_nobody_finds_a_member()
    {
        TestHost anna = Add("anna");
        anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = anna.Core.CreateInvite(_lan.Clock(anna), anna.Core.Networks.Single().Id, MemberRole.Member, 1, TimeSpan.FromHours(1));
        _lan.Run(TimeSpan.FromSeconds(60));
        TestHost bert = Add("bert");
        bert.Core!.BeginJoin(_lan.Clock(bert), WithoutHints(invite));
        Assert.True(_lan.RunUntil(() => bert.Events.OfType<NodeEvent.Joined>().Any(), TimeSpan.FromSeconds(25)), "not joined");
    }

    [Fact]
    public void revoked_device_finds_nobody()
    {
        (TestHost anna, TestHost bert) = Pair();
        anna.Core!.RevokeDevice(_lan.Clock(anna), anna.Core.Networks.Single().Id, bert.Core!.Id);
        _lan.Stop(bert);
        _lan.Run(TimeSpan.FromMinutes(2));
        Move(anna, 0x0A000064);
        Move(bert, 0x0A000065);
        _lan.Destinations.Clear();
        _lan.Run(TimeSpan.FromMinutes(20));
        Assert.False(bert.Core!.DescribePeer(anna.Core!.Id).Online);
        Assert.NotNull(bert.Core.WhereaboutsOf(anna.Core.Id));
        Assert.DoesNotContain(bert.Core.WhereaboutsOf(anna.Core.Id)!.Candidates, candidate => candidate.Endpoint.Address == anna.Address);
    }

    [Fact]
    public void what_is_needed_of_the_table_is_kept_for_the_next_start()
    {
        (TestHost anna, _) = Pair();
        anna.Core!.Stop(_lan.Clock(anna));
        Assert.True(anna.Store.TryReadDocument("dht", out byte[]? saved));
        Assert.InRange(saved.Length / 27, 5, DhtLimits.SavedContactsMax);
        anna.Dht = new DhtOptions();
        _lan.Stop(anna);
        _lan.Start(anna);
        Assert.True(_lan.RunUntil(() => anna.Core!.DhtContacts.V4 >= 5, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void nobody_outside_sees_whose_an_item_is()
    {
        (TestHost anna, TestHost bert) = Pair();
        byte[][] told = [anna.Core!.Id.ToArray(), bert.Core!.Id.ToArray(), anna.Core.Networks.Single().Id.ToArray()];
        _lan.Watch = bytes => Assert.DoesNotContain(told, secret => bytes[0] == (byte)'d' && bytes.AsSpan().IndexOf(secret) >= 0);
        _lan.Stop(bert);
        _lan.Run(TimeSpan.FromMinutes(30));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void waiting_for_members_costs_less_than_the_budget_however_many_they_are(int absent)
    {
        TestHost anna = Add("anna");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        InviteLine invite = anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, (ushort)absent, TimeSpan.FromHours(1));
        TestHost[] others = [.. Enumerable.Range(0, absent).Select(i => Add($"member{i}"))];
        foreach (TestHost other in others)
        {
            other.Core!.BeginJoin(_lan.Clock(other), invite);
            Assert.True(_lan.RunUntil(() => Online(anna, other), TimeSpan.FromSeconds(10)));
        }

        foreach (TestHost other in others)
        {
            _lan.Stop(other);
        }

        _lan.Run(TimeSpan.FromMinutes(1));
        DhtTraffic before = anna.Core.DescribeDht()!.Traffic;
        _lan.Run(TimeSpan.FromHours(1));
        DhtTraffic after = anna.Core.DescribeDht()!.Traffic;
        Assert.InRange(after.SentBytes + after.ReceivedBytes - before.SentBytes - before.ReceivedBytes, 100_000, 3_000_000);
    }

    [Fact]
    public void member_that_is_wanted_hears_of_it_in_a_few_seconds()
    {
        (TestHost anna, TestHost bert) = Pair();
        _lan.Stop(bert);
        _lan.Run(TimeSpan.FromMinutes(40));

        // Both are up; what bert had known of anna is out of date, and anna looks for bert only now and then by now.
        Move(bert, 0x0A000065);
        Assert.True(_lan.RunUntil(() => Online(anna, bert), TimeSpan.FromSeconds(30)), "not within 30 s of the start");
    }

    [Fact]
    public void what_a_removed_device_could_still_read_is_put_over()
    {
        (TestHost anna, TestHost bert) = Pair();
        _lan.Stop(bert);

        // By now anna's whereabouts lie under the secret that bert has, and word for him in his mailbox.
        _lan.Run(TimeSpan.FromMinutes(1));
        anna.Core!.RevokeDevice(_lan.Clock(anna), anna.Core.Networks.Single().Id, anna.Core.Networks.Single().State.Members.Keys.Single(id => id != anna.Core.Id));
        _lan.Run(TimeSpan.FromMinutes(1));
        Assert.True(bert.Store.ReplaceDocument("whereabouts", []).IsOk);
        _lan.Start(bert);
        Assert.Null(bert.Core!.WhereaboutsOf(anna.Core.Id));
        _lan.Run(TimeSpan.FromMinutes(5));
        Assert.True(bert.Core.DhtContacts.V4 >= 5);
        Assert.Null(bert.Core.WhereaboutsOf(anna.Core.Id));
    }

    [Fact]
    public void users_may_ask_for_so_much_at_once_and_no_more()
    {
        TestHost anna = Add("anna");
        _lan.Run(TimeSpan.FromSeconds(20));
        for (int round = 0; round < 2; round++)
        {
            anna.Events.Clear();
            for (byte i = 0; i < NodeLimits.DhtQueriesMax; i++)
            {
                Assert.NotEqual(0, anna.Core!.GetFromDht(_lan.Clock(anna), new DhtId([.. Enumerable.Repeat(i, DhtId.Length)])));
            }

            Assert.Equal(0, anna.Core!.GetFromDht(_lan.Clock(anna), new DhtId([.. Enumerable.Repeat((byte)200, DhtId.Length)])));
            _lan.Run(TimeSpan.FromSeconds(30));
            Assert.Equal(NodeLimits.DhtQueriesMax, anna.Events.OfType<NodeEvent.DhtEnded>().Count());
        }
    }

    private TestHost Add(string name)
    {
        InternetEndpoint first = new(InternetAddress.FromV4(0x0A000001), 5484);
        TestHost host = _lan.Add(name, isUp: false);
        host.Dht = name == "stranger0" ? new DhtOptions { IsFirst = true } : new DhtOptions { Bootstrap = [first] };
        _lan.Start(host);
        return host;
    }

    private (TestHost Anna, TestHost Bert) Pair()
    {
        TestHost anna = Add("anna");
        TestHost bert = Add("bert");
        MembershipLog home = anna.Core!.CreateNetwork(_lan.Clock(anna), "home", []);
        bert.Core!.BeginJoin(_lan.Clock(bert), anna.Core.CreateInvite(_lan.Clock(anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => Online(anna, bert), TimeSpan.FromSeconds(10)));
        _lan.Run(TimeSpan.FromSeconds(60));
        return (anna, bert);
    }

    private void Move(TestHost host, uint address)
    {
        if (host.Core is not null)
        {
            _lan.Stop(host);
        }

        host.Address = InternetAddress.FromV4(address);
        _lan.Start(host);
    }

    private static InviteLine WithoutHints(InviteLine invite)
    {
        byte[] seed = new byte[InviteLine.SecretBytes];
        using NodeKey key = invite.OpenKey();
        key.CopySeed(seed);
        return new InviteLine(invite.Network, seed, invite.NetworkName, []);
    }

    private static bool Online(TestHost a, TestHost b) => a.Core!.DescribePeer(b.Core!.Id).Online && b.Core.DescribePeer(a.Core.Id).Online;
}
