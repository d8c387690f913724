using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Sources;
using Kith.Protocol.Discovery.Tracker;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery.Tracker;

namespace Kith.Tests.Core;

/// <summary>Whole nodes that have nothing but a tracker in common: no multicast, no DHT, addresses that changed while they slept.</summary>
public sealed class TrackerDiscoveryTests : IDisposable
{
    private const int InitiationBytes = 148;

    private readonly TestLan _lan = new() { HasMulticast = false };
    private readonly TestTracker _tracker = new();
    private readonly TestHost _anna;
    private readonly TestHost _bert;

    public TrackerDiscoveryTests()
    {
        Assert.True(TrackerUrl.TryParse($"udp://{TestTracker.Endpoint}", out TrackerUrl? url));
        _lan.Options = options => options with { Trackers = [url] };
        _lan.Strangers[TestTracker.Endpoint] = _tracker.Answer;
        _anna = _lan.Add("anna");
        _bert = _lan.Add("bert");
        MembershipLog home = _anna.Core!.CreateNetwork(_lan.Clock(_anna), "home", []);
        _bert.Core!.BeginJoin(_lan.Clock(_bert), _anna.Core.CreateInvite(_lan.Clock(_anna), home.Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => Online(_anna, _bert), TimeSpan.FromSeconds(10)));
        _lan.Run(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _lan.Dispose();

    [Fact]
    public void members_whose_addresses_changed_meet_at_a_tracker()
    {
        Move(_anna, 0x0A000064);
        Move(_bert, 0x0A000065);
        Assert.True(_lan.RunUntil(() => Online(_anna, _bert), TimeSpan.FromSeconds(30)), "not found in thirty seconds");
        Assert.Contains(_anna.Core!.ExplainPeer(_bert.Core!.Id)!.Words, word => word.Source == DiscoverySource.Tracker && word.Said.StartsWith("names ", StringComparison.Ordinal));
        Assert.Contains(_anna.Core.DescribeSources(), state => state is { Source: DiscoverySource.Tracker, IsOn: true, IsFailing: false, Answered: not null });
    }

    [Fact]
    public void whoever_was_online_all_the_time_notices_the_other_too()
    {
        _lan.Stop(_bert);
        _lan.Run(TimeSpan.FromMinutes(10));
        _bert.Address = InternetAddress.FromV4(0x0A000065);
        _lan.Start(_bert);
        Assert.True(_lan.RunUntil(() => Online(_anna, _bert), TimeSpan.FromSeconds(30)), "not found in thirty seconds");
    }

    [Fact]
    public void a_tracker_that_lies_only_withholds()
    {
        _lan.Stop(_bert);
        _tracker.Lies.AddRange(Enumerable.Range(1, 49).Select(i => new InternetEndpoint(InternetAddress.FromV4((uint)(0x0B000000 + i)), 5484)));
        int initiations = 0;
        foreach (InternetEndpoint lie in _tracker.Lies)
        {
            _lan.Strangers[lie] = (_, bytes) =>
            {
                Assert.Equal(InitiationBytes, bytes.Length);
                initiations++;
                byte[] nonsense = [.. bytes];
                nonsense[0] = 2;
                return nonsense[..92];
            };
        }

        Move(_anna, 0x0A000064);
        _lan.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(initiations, 1, NodeLimits.GuessesMax + (600 * NodeLimits.GuessesPerSecond));
        PeerExplanation peer = _anna.Core!.ExplainPeer(_bert.Key.Id)!;
        Assert.False(peer.Description.Online);
        Assert.DoesNotContain(peer.Paths, path => _tracker.Lies.Contains(path.Endpoint));
        Assert.True(_anna.Core.Networks.Single().State.Members.Count == 2);
        _tracker.Lies.Clear();
        _bert.Address = InternetAddress.FromV4(0x0A000065);
        _lan.Start(_bert);
        Assert.True(_lan.RunUntil(() => Online(_anna, _bert), TimeSpan.FromSeconds(60)), "not found when the truth was told again");
    }

    [Fact]
    public void after_a_new_secret_a_revoked_device_asks_under_another_hash()
    {
        TestHost carl = _lan.Add("carl");
        carl.Core!.BeginJoin(_lan.Clock(carl), _anna.Core!.CreateInvite(_lan.Clock(_anna), _anna.Core.Networks.Single().Id, MemberRole.Member, 1, TimeSpan.FromHours(1)));
        Assert.True(_lan.RunUntil(() => Online(_anna, carl), TimeSpan.FromSeconds(10)));
        _anna.Core.RevokeDevice(_lan.Clock(_anna), _anna.Core.Networks.Single().Id, _bert.Core!.Id);
        _lan.Stop(_bert);
        _lan.Run(TimeSpan.FromMinutes(1));
        string[] before = [.. _tracker.Announces.Select(announce => announce.Hash).Distinct()];
        _tracker.Announces.Clear();
        Move(_anna, 0x0A000064);
        _lan.Run(TimeSpan.FromMinutes(2));
        string annas = _tracker.Announces.Select(announce => announce.Hash).Distinct().Single();
        _tracker.Announces.Clear();
        Move(_bert, 0x0A000065);
        _lan.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(2, before.Append(annas).Distinct().Count());
        Assert.DoesNotContain(_tracker.Announces, announce => announce.Hash == annas);
    }

    [Fact]
    public void nothing_that_a_tracker_sees_bears_a_key_or_links_two_days()
    {
        byte[][] secrets = [_anna.Core!.Id.ToArray(), _bert.Core!.Id.ToArray(), _anna.Core.Networks.Single().Id.ToArray()];
        List<byte[]> seen = [];
        _lan.Strangers[TestTracker.Endpoint] = (from, bytes) =>
        {
            seen.Add(bytes);
            return _tracker.Answer(from, bytes);
        };
        _lan.Run(TimeSpan.FromHours(50));
        Assert.DoesNotContain(seen, bytes => secrets.Any(secret => bytes.AsSpan().IndexOf(secret.AsSpan(0, 8)) >= 0));
        Assert.InRange(_tracker.Announces.Select(announce => announce.Hash).Distinct().Count(), 3, 4);

        // A peer id belongs to one hash alone.
        Assert.All(_tracker.Announces.GroupBy(announce => announce.PeerId), group => Assert.Single(group.Select(announce => announce.Hash).Distinct()));
    }

    [Fact]
    public void a_node_that_stops_says_so()
    {
        // Moving makes it announce itself, so that its connection id is fresh.
        Move(_anna, 0x0A000064);
        _lan.Run(TimeSpan.FromSeconds(2));
        InternetEndpoint endpoint = new(_anna.Address, 5484);
        Assert.Contains(_tracker.Swarms.Values, swarm => swarm.Contains(endpoint));
        _anna.Core!.Stop(_lan.Clock(_anna));
        _lan.Run(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(_tracker.Swarms.Values, swarm => swarm.Contains(endpoint));
    }

    [Fact]
    public void a_network_of_one_is_not_announced()
    {
        _anna.Core!.RevokeDevice(_lan.Clock(_anna), _anna.Core.Networks.Single().Id, _bert.Core!.Id);
        _lan.Stop(_bert);
        _lan.Run(TimeSpan.FromMinutes(1));
        _tracker.Announces.Clear();
        _lan.Run(TimeSpan.FromHours(3));
        Assert.Empty(_tracker.Announces);
        Assert.StartsWith("not asked", _anna.Core.DescribeSources().Single(state => state.Source == DiscoverySource.Tracker).Said, StringComparison.Ordinal);
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

    private static bool Online(TestHost a, TestHost b) => a.Core!.DescribePeer(b.Core!.Id).Online && b.Core.DescribePeer(a.Core.Id).Online;
}
