using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.Nat;

public sealed class NatClassifierTests
{
    private readonly NatClassifier _classifier = new();
    private Instant _now = new(10_000_000);

    public NatClassifierTests() => _classifier.SetLocal([WhereaboutsTests.Endpoint("192.168.1.2:1").Address, WhereaboutsTests.Endpoint("[2001:db8::5]:1").Address], 5484);

    private NatClass Class => _classifier.Find(_now, true).Class;

    private void See(string remote, string outside, int millisecondsLater = 1)
    {
        _now += TimeSpan.FromMilliseconds(millisecondsLater);
        _classifier.HandleObserved(_now, WhereaboutsTests.Endpoint(remote), WhereaboutsTests.Endpoint(outside), _now);
    }

    [Fact]
    public void our_own_address_seen_from_outside_is_no_translator()
    {
        _classifier.SetLocal([WhereaboutsTests.Endpoint("203.0.113.7:1").Address], 5484);
        See("198.51.100.1:1", "203.0.113.7:5484");
        Assert.Equal(NatClass.None, Class);
        Assert.Empty(_classifier.Outside(_now, 4));
    }

    [Fact]
    public void one_outside_endpoint_for_all_is_easy()
    {
        See("198.51.100.1:1", "203.0.113.7:40000");
        Assert.Equal(NatClass.Unknown, Class);
        See("198.51.100.2:1", "203.0.113.7:40000");
        Assert.Equal(NatClass.Easy, Class);
        Assert.Equal([WhereaboutsTests.Endpoint("203.0.113.7:40000")], _classifier.Outside(_now, 4));
    }

    [Fact]
    public void a_kept_port_is_easy_by_one_view_until_another_contradicts()
    {
        See("198.51.100.1:1", "203.0.113.7:5484");
        Assert.Equal(NatClass.Easy, Class);
        See("198.51.100.2:1", "203.0.113.7:50123");
        Assert.Equal(NatClass.Hard, Class);
    }

    [Fact]
    public void one_port_for_each_address_is_told_by_two_ports_of_one_of_them()
    {
        See("198.51.100.1:1", "203.0.113.7:40000");
        See("198.51.100.2:1", "203.0.113.7:51000");
        Assert.Equal(NatClass.Hard, Class);
        See("198.51.100.2:2", "203.0.113.7:51000");
        Assert.Equal(NatClass.AddressDependent, Class);
        See("198.51.100.2:3", "203.0.113.7:12345");
        Assert.Equal(NatClass.Hard, Class);
    }

    [Theory]
    [InlineData(1, 40000, 40001, 40002)]
    [InlineData(2, 40000, 40002, 40008)]
    [InlineData(-1, 40010, 40009, 40000)]
    [InlineData(4, 40000, 40004, 40008)]
    public void ports_at_small_steps_are_foretold(int step, int first, int second, int third)
    {
        See("198.51.100.1:1", $"203.0.113.7:{first}");
        See("198.51.100.2:1", $"203.0.113.7:{second}");
        See("198.51.100.3:1", $"203.0.113.7:{third}");
        NatFinding found = _classifier.Find(_now, true);
        Assert.Equal((NatClass.Stepping, step), (found.Class, found.Step));
        Assert.Equal(third, found.Outside!.Value.Port);
    }

    [Theory]
    [InlineData(40000, 40001, 39990)]
    [InlineData(40000, 40065, 40066)]
    [InlineData(40000, 61000, 1234)]
    public void ports_that_jump_are_hard(int first, int second, int third)
    {
        See("198.51.100.1:1", $"203.0.113.7:{first}");
        See("198.51.100.2:1", $"203.0.113.7:{second}");
        See("198.51.100.3:1", $"203.0.113.7:{third}");
        Assert.Equal(NatClass.Hard, Class);
        Assert.Single(_classifier.Outside(_now, 4));
    }

    [Fact]
    public void a_mapping_made_anew_is_no_contradiction()
    {
        See("198.51.100.1:1", "203.0.113.7:40000");
        See("198.51.100.2:1", "203.0.113.7:40000");
        See("198.51.100.1:1", "203.0.113.7:50000", 60_000);
        Assert.Equal(NatClass.Easy, Class);
        Assert.Equal([WhereaboutsTests.Endpoint("203.0.113.7:50000")], _classifier.Outside(_now, 4));
        See("198.51.100.2:1", "203.0.113.7:50000", 20_000);
        Assert.Equal(NatClass.Easy, Class);
    }

    [Fact]
    public void views_that_hold_side_by_side_contradict_each_other()
    {
        for (int i = 0; i < 3; i++)
        {
            See("198.51.100.1:1", "203.0.113.7:40000", 25_000);
            See("198.51.100.2:1", "203.0.113.7:50000", 10_000);
        }

        Assert.Equal(NatClass.Hard, Class);
    }

    [Fact]
    public void views_from_the_internet_count_before_those_from_private_networks()
    {
        See("10.0.0.9:5484", "10.0.0.2:5484");
        See("198.51.100.1:1", "203.0.113.7:40000");
        See("198.51.100.2:1", "203.0.113.7:40000");
        Assert.Equal(NatClass.Easy, Class);
        Assert.Equal(2, _classifier.Outside(_now, 4).Count);
    }

    [Fact]
    public void families_are_judged_apart()
    {
        See("198.51.100.1:1", "203.0.113.7:40000");
        See("198.51.100.2:1", "203.0.113.7:50000");
        See("[2001:db8:1::1]:1", "[2001:db8::5]:5484");
        Assert.Equal(NatClass.Hard, Class);
        Assert.Equal(NatClass.None, _classifier.Find(_now, false).Class);
        See("[2001:db8:1::1]:1", "203.0.113.7:1");
        Assert.Equal(NatClass.None, _classifier.Find(_now, false).Class);
    }

    [Fact]
    public void what_was_found_stays_when_views_grow_old_until_the_network_changes()
    {
        See("198.51.100.1:1", "203.0.113.7:40000");
        See("198.51.100.2:1", "203.0.113.7:40000");
        Assert.Equal(NatClass.Easy, Class);
        _now += NatClassifier.Validity;
        Assert.Equal(NatClass.Easy, Class);
        Assert.Equal(0, _classifier.CountVantages(_now, true));
        _classifier.Clear();
        Assert.Equal(NatClass.Unknown, Class);
    }

    [Fact]
    public void what_is_remembered_is_bounded()
    {
        for (int i = 1; i <= NatClassifier.ObservationsMax * 2; i++)
        {
            See($"198.51.100.{i}:1", "203.0.113.7:40000");
        }

        Assert.Equal(NatClassifier.ObservationsMax, _classifier.CountVantages(_now, true));
    }

    [Fact]
    public void sent_memory_is_bounded_and_claims_no_ignorance()
    {
        SentMemory memory = new();
        InternetEndpoint target = WhereaboutsTests.Endpoint("198.51.100.1:1000");
        memory.HandleSent(_now, target);
        Assert.True(memory.HasSentTo(_now, target));
        Assert.False(memory.HasSentTo(_now, target with { Port = 1001 }));
        Assert.False(memory.HasSentTo(_now + SentMemory.Validity, target));
        for (ushort port = 1; port <= SentMemory.PortsMax; port++)
        {
            memory.HandleSent(_now, target with { Port = port });
        }

        Assert.True(memory.HasSentTo(_now, target with { Port = 9999 }));
        InternetEndpoint stranger = WhereaboutsTests.Endpoint("203.0.113.1:1");
        Assert.False(memory.HasSentTo(_now, stranger));
        for (uint i = 0; i <= SentMemory.AddressesMax; i++)
        {
            memory.HandleSent(_now, new InternetEndpoint(InternetAddress.FromV4(0x0A000000 + i), 1));
        }

        Assert.True(memory.HasSentTo(_now, stranger));
        Assert.False(memory.HasSentTo(_now + SentMemory.Validity, stranger));
    }
}
