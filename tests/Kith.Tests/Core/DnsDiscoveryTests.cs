using System.Text;
using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>Whole nodes that have nothing but a name of the DNS in common. The test is the resolver.</summary>
public sealed class DnsDiscoveryTests : IDisposable
{
    private const string Name = "nas.example.org";

    private readonly TestLan _lan = new() { HasMulticast = false };
    private readonly TestHost _anna;
    private readonly TestHost _bert;
    private readonly NetworkId _home;
    private readonly HashSet<NodeEvent> _answered = new(ReferenceEqualityComparer.Instance);
    private Func<TxtAnswer?> _resolver = () => null;

    public DnsDiscoveryTests()
    {
        _lan.Options = options => options with { DnsNames = [Name] };
        _anna = _lan.Add("anna");
        _bert = _lan.Add("bert");
        _home = _anna.Core!.CreateNetwork(_lan.Clock(_anna), "home", []).Id;
        _bert.Core!.BeginJoin(_lan.Clock(_bert), NewInvite());
        Assert.True(Run(() => Online(_anna, _bert), TimeSpan.FromSeconds(10)));
        Run(() => false, TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void a_member_is_found_by_the_record_it_printed()
    {
        Move(_anna, 0x0A000064);
        Publish(Record(_anna));
        Move(_bert, 0x0A000065);
        Assert.True(Run(() => Online(_anna, _bert), TimeSpan.FromSeconds(30)), "not found in thirty seconds");
        Assert.Contains(_bert.Core!.ExplainPeer(_anna.Core!.Id)!.Words, word => word is { Source: DiscoverySource.Dns, Name: Name, SaidAt: not null } && word.Said.StartsWith("its record of", StringComparison.Ordinal));
        Assert.Equal("1 record of a member", _bert.Core.DescribeSources().Single(state => state.Source == DiscoverySource.Dns).Said);
    }

    [Fact]
    public void a_newcomer_finds_a_member_by_the_record_for_its_invite()
    {
        InviteLine invite = NewInvite();
        Move(_anna, 0x0A000064);
        using NodeKey key = invite.OpenKey();
        Publish(_anna.Core!.MakeDnsRecord(_lan.Clock(_anna), _home, key.Id)!);
        TestHost carl = _lan.Add("carl");
        carl.Core!.BeginJoin(_lan.Clock(carl), invite);
        Assert.True(Run(() => carl.Events.OfType<NodeEvent.Joined>().Any(), TimeSpan.FromSeconds(20)), "not joined");
    }

    [Fact]
    public void a_resolver_that_lies_only_withholds()
    {
        string old = Record(_anna);
        Run(() => false, TimeSpan.FromSeconds(10));
        Move(_anna, 0x0A000064);
        byte[] changed = Encoding.ASCII.GetBytes(Record(_anna));
        changed[60] ^= 1;
        ulong known = _bert.Core!.WhereaboutsOf(_anna.Core!.Id)!.Sequence;
        Move(_bert, 0x0A000065);
        Publish("v=spf1 -all", "kith1=", "kith1=AAAA", Encoding.ASCII.GetString(changed), old[..^4], old + "AAAA", new string('A', 5000), old);
        Run(() => false, TimeSpan.FromMinutes(5));
        Assert.False(_bert.Core!.DescribePeer(_anna.Core!.Id).Online);
        Assert.Equal(known, _bert.Core.WhereaboutsOf(_anna.Core.Id)!.Sequence);
        Publish(Record(_anna));
        Assert.True(Run(() => Online(_anna, _bert), TimeSpan.FromMinutes(11)), "not found when the truth was told again");
    }

    [Fact]
    public void a_record_from_before_a_new_secret_is_of_no_use_and_says_so()
    {
        TestHost carl = _lan.Add("carl");
        carl.Core!.BeginJoin(_lan.Clock(carl), NewInvite());
        Assert.True(Run(() => Online(_anna, carl) && Online(_bert, carl), TimeSpan.FromSeconds(20)));
        string old = Record(_anna);
        _anna.Core!.RevokeDevice(_lan.Clock(_anna), _home, carl.Core.Id);
        Run(() => false, TimeSpan.FromMinutes(1));
        _lan.Stop(_anna);
        Publish(old);
        Assert.True(Run(() => Said(_bert).Contains("print them anew", StringComparison.Ordinal), TimeSpan.FromMinutes(5)), Said(_bert));
    }

    [Fact]
    public void each_outcome_is_told_in_its_words()
    {
        _lan.Stop(_anna);
        foreach ((TxtAnswer? answer, string said) in new (TxtAnswer?, string)[]
        {
            (new TxtAnswer(TxtOutcome.NoName, []), "NXDOMAIN, check the name"),
            (new TxtAnswer(TxtOutcome.NoRecord, []), "the name has no record of Kith"),
            (new TxtAnswer(TxtOutcome.Failed, []), "the name server failed"),
            (null, "no name server answers"),
        })
        {
            _resolver = () => answer;
            Assert.True(Run(() => Said(_bert) == said, TimeSpan.FromMinutes(25)), said);
            Assert.True(_bert.Core!.DescribeSources().Single(state => state.Source == DiscoverySource.Dns).IsFailing);
        }
    }

    [Fact]
    public void names_are_left_alone_while_everybody_is_there_and_asked_ever_less_while_not()
    {
        int before = _bert.Events.OfType<NodeEvent.DnsWanted>().Count();
        Run(() => false, TimeSpan.FromHours(1));
        Assert.Equal(before, _bert.Events.OfType<NodeEvent.DnsWanted>().Count());
        _lan.Stop(_anna);
        Run(() => false, TimeSpan.FromHours(2));
        Assert.InRange(_bert.Events.OfType<NodeEvent.DnsWanted>().Count() - before, 12, 22);
    }

    [Fact]
    public void names_have_a_maximum()
    {
        for (int i = 1; i < DnsBook.NamesMax; i++)
        {
            Assert.True(_bert.Core!.AddDnsName(_lan.Clock(_bert), $"n{i}.example.org"));
        }

        Assert.False(_bert.Core!.AddDnsName(_lan.Clock(_bert), "one-more.example.org"));
        Assert.False(_bert.Core.AddDnsName(_lan.Clock(_bert), Name));
        Assert.Equal(DnsBook.NamesMax, _bert.Core.DnsNames.Count);
    }

    private static string Said(TestHost host) => host.Core!.DnsNames[0].Said;

    private static bool Online(TestHost a, TestHost b) => a.Core!.DescribePeer(b.Core!.Id).Online && b.Core.DescribePeer(a.Core.Id).Online;

    private string Record(TestHost host) => host.Core!.MakeDnsRecord(_lan.Clock(host), _home, null)!;

    private void Publish(params string[] records) => _resolver = () => new TxtAnswer(TxtOutcome.Found, [.. records.Select(Encoding.ASCII.GetBytes)]);

    private InviteLine NewInvite() => _anna.Core!.CreateInvite(_lan.Clock(_anna), _home, MemberRole.Member, 1, TimeSpan.FromHours(1));

    private bool Run(Func<bool> condition, TimeSpan limit)
    {
        Instant end = _lan.Now + limit;
        while (_lan.Now < end)
        {
            bool done = _lan.RunUntil(() => condition() || _lan.Hosts.Exists(host => Wants(host) is not null), end - _lan.Now);
            foreach (TestHost host in _lan.Hosts)
            {
                while (Wants(host) is { } wanted)
                {
                    _answered.Add(wanted);
                    host.Core!.HandleDnsAnswer(_lan.Clock(host), wanted.Name, _resolver(), "no name server answers");
                }
            }

            if (condition())
            {
                return true;
            }

            if (!done)
            {
                break;
            }
        }

        return condition();
    }

    private NodeEvent.DnsWanted? Wants(TestHost host) => host.Core is null ? null : host.Events.OfType<NodeEvent.DnsWanted>().FirstOrDefault(wanted => !_answered.Contains(wanted));

    private void Move(TestHost host, uint address)
    {
        _lan.Stop(host);
        host.Address = InternetAddress.FromV4(address);
        _lan.Start(host);
    }
}
