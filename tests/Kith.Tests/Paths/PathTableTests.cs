using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths;

/// <summary>
/// A peer at up to four places:
/// <code>
///   192.168.1.9:5484   in our subnet          10.9.0.9:5484        private, elsewhere
///   203.0.113.9:5484   across the Internet    [2001:db8::9]:5484   across the Internet
/// </code>
/// </summary>
public sealed class PathTableTests
{
    private const string Lan = "192.168.1.9:5484";
    private const string Private = "10.9.0.9:5484";
    private const string Far = "203.0.113.9:5484";
    private const string FarV6 = "[2001:db8::9]:5484";
    private const string Moved = "192.168.1.77:5484";

    [Fact]
    public void nothing_is_probed_before_there_is_a_session()
    {
        PathWorld world = new();
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Run(100);
        Assert.Empty(world.Probes);
        Assert.Equal(Instant.Never, world.Table.NextTimeout);
        Assert.False(world.Table.Online);
    }

    [Fact]
    public void lan_wins_even_when_it_answers_last()
    {
        PathWorld world = new();
        world.Answers(Far, 1);
        world.Answers(Private, 0.5);
        world.Answers(Lan, 40);
        world.Learn(CandidateSource.Whereabouts, Far, Private, Lan);
        world.Connect();
        world.Run(0.01);
        Assert.Equal(PathWorld.At(Private), world.Table.Current?.Endpoint);
        world.Run(2);
        Assert.Equal(PathWorld.At(Lan), world.Table.Current?.Endpoint);
        Assert.Equal(PathKind.Lan, world.Table.Current?.Kind);
        Assert.Equal(40, world.Table.Current?.Rtt?.TotalMilliseconds ?? 0, 3.0);
        Assert.True(world.Table.Online);
        Assert.Equal(PathWorld.At("203.0.113.7:5484"), world.Table.LastObserved);
        Assert.Contains(PathEvent.ChoiceChanged, world.Events);
        Assert.Contains(PathEvent.OnlineChanged, world.Events);
    }

    [Fact]
    public void a_little_faster_is_no_reason_to_move()
    {
        PathWorld world = new();
        world.Answers(Far, 30);
        world.Learn(CandidateSource.Whereabouts, Far);
        world.Connect();
        world.Run(5);
        world.Answers(FarV6, 23);
        world.Learn(CandidateSource.Static, FarV6);
        world.Run(700);
        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
    }

    [Fact]
    public void clearly_faster_is_a_reason_to_move()
    {
        PathWorld world = new();
        world.Answers(Far, 30);
        world.Learn(CandidateSource.Whereabouts, Far);
        world.Connect();
        world.Run(5);
        world.Answers(FarV6, 15);
        world.Learn(CandidateSource.Static, FarV6);
        world.Run(1);
        Assert.Equal(PathWorld.At(FarV6), world.Table.Current?.Endpoint);
    }

    [Fact]
    public void idle_path_costs_one_ping_each_25_seconds()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Lan, Lan);
        world.Connect();
        world.Run(60);
        Instant settled = world.Now;
        world.Run(3600);
        Assert.InRange(world.ProbesTo(Lan, settled), 140, 160);
        Assert.True(world.Table.Online);
    }

    [Fact]
    public void what_arrives_takes_the_place_of_pings()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Lan, Lan);
        world.Connect();
        world.Run(60);
        Instant settled = world.Now;
        for (int second = 0; second < 300; second++)
        {
            world.PacketFrom(Lan);
            world.Table.HandleDataSent(world.Now);
            world.Run(0.9);
        }

        Assert.Equal(0, world.ProbesTo(Lan, settled));
    }

    [Fact]
    public void candidates_that_never_answer_are_asked_rarely_while_another_path_works()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(3600);
        Assert.Equal(PathStatus.Failed, world.Path(Far).Status);
        Instant settled = world.Now;
        world.Run(3600);
        Assert.InRange(world.ProbesTo(Far, settled), 10, 14);
    }

    [Fact]
    public void idle_path_that_dies_is_noticed_within_30_seconds_and_another_takes_over()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Answers(Far, 20);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(60);
        world.Dies(Lan);
        world.Run(30);
        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
        Assert.Equal(PathKind.Direct, world.Table.Current?.Kind);
    }

    [Fact]
    public void path_that_dies_under_traffic_is_left_within_three_seconds()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Answers(Far, 20);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(60);
        world.Dies(Lan);
        world.PacketFrom(Lan);
        for (int i = 0; i < 60 && world.Table.Current?.Endpoint == PathWorld.At(Lan); i++)
        {
            world.Table.HandleDataSent(world.Now);
            world.Run(0.05);
        }

        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
    }

    [Fact]
    public void peer_that_answers_nowhere_is_offline_and_comes_back_by_itself()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(60);
        world.Dies(Lan);
        world.Run(40);
        Assert.False(world.Table.Online);
        Assert.Null(world.Table.Current);
        Instant gone = world.Now;
        world.Run(170);
        Assert.InRange(world.ProbesTo(Lan, gone), 8, 20);
        world.Answers(Far, 10);
        world.Run(17);
        Assert.True(world.Table.Online);
        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
        Assert.Equal(2, world.Events.Count(static pathEvent => pathEvent == PathEvent.OnlineChanged) - 1);
    }

    [Fact]
    public void peer_that_moved_is_followed_at_once_when_its_old_place_is_silent()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan);
        world.Connect();
        world.Run(10);
        world.PacketFrom(Lan);
        world.Dies(Lan);
        world.Answers(Moved, 1);
        world.Run(0.1);
        world.PacketFrom(Moved);
        Assert.Equal(PathWorld.At(Lan), world.Table.Current?.Endpoint);
        world.Run(0.3);
        world.PacketFrom(Moved);
        world.Run(1.5);
        Assert.Equal(PathWorld.At(Moved), world.Table.Current?.Endpoint);

        PathWorld quick = new();
        quick.Answers(Lan, 1);
        quick.Learn(CandidateSource.Whereabouts, Lan);
        quick.Connect();
        quick.Run(10);
        quick.Dies(Lan);
        quick.PacketFrom(Moved);
        Assert.Equal(PathWorld.At(Moved), quick.Table.Current?.Endpoint);
    }

    [Fact]
    public void peer_that_moved_from_lan_to_afar_stays_reachable_throughout()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan);
        world.Connect();
        world.Run(10);
        world.Dies(Lan);
        world.Answers(Far, 30);
        world.PacketFrom(Far);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
            world.Run(0.1);
        }
    }

    [Fact]
    public void packet_with_a_forged_source_moves_data_for_a_moment_only()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan);
        world.Connect();
        world.Run(10);
        world.PacketFrom(Far);
        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
        world.Run(0.1);
        Assert.Equal(PathWorld.At(Lan), world.Table.Current?.Endpoint);
    }

    [Fact]
    public void peer_that_uses_another_known_path_does_not_drag_us_along()
    {
        PathWorld world = new();
        world.Answers(Far, 10);
        world.Answers(FarV6, 10);
        world.Learn(CandidateSource.Whereabouts, Far, FarV6);
        world.Connect();
        world.Run(30);
        InternetEndpoint chosen = world.Table.Current!.Value.Endpoint;
        string other = chosen == PathWorld.At(Far) ? FarV6 : Far;
        int changes = world.Events.Count(static pathEvent => pathEvent == PathEvent.ChoiceChanged);
        for (int i = 0; i < 200; i++)
        {
            world.PacketFrom(other);
            world.Run(0.4);
        }

        Assert.Equal(chosen, world.Table.Current?.Endpoint);
        Assert.Equal(changes, world.Events.Count(static pathEvent => pathEvent == PathEvent.ChoiceChanged));
    }

    [Fact]
    public void local_change_leaves_a_dead_path_within_two_seconds()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Answers(Far, 20);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(10);
        world.Dies(Lan);
        world.Table.HandleLocalChange(world.Now);
        world.Run(2);
        Assert.Equal(PathWorld.At(Far), world.Table.Current?.Endpoint);
        Assert.Equal(PathStatus.Failed, world.Path(Lan).Status);
    }

    [Fact]
    public void lost_session_leaves_no_path_and_asks_nothing()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan);
        world.Connect();
        world.Run(10);
        world.Table.HandleSessionDown(world.Now);
        Instant lost = world.Now;
        world.Run(100);
        Assert.False(world.Table.Online);
        Assert.Equal(0, world.ProbesTo(Lan, lost));
        world.Connect();
        world.Run(1);
        Assert.True(world.Table.Online);
    }

    [Theory]
    [InlineData(Lan, 1500, 1500)]
    [InlineData(Lan, 1499, 1484)]
    [InlineData(Lan, 1420, 1420)]
    [InlineData(Lan, 1280, 1280)]
    [InlineData(FarV6, 1500, 1488)]
    [InlineData(FarV6, 1400, 1392)]
    public void largest_packet_is_found_with_few_pings(string endpoint, int linkMtu, int expected)
    {
        PathWorld world = new();
        world.Answers(endpoint, 5, linkMtu);
        world.Learn(CandidateSource.Whereabouts, endpoint);
        world.Connect();
        world.Run(20);
        Assert.Equal(expected, world.Table.Current?.Mtu);
        Assert.InRange(world.Probes.Count(static probe => probe.Probe.PaddingBytes > 0), 1, 12);
        Assert.True(expected == 1280 || world.Events.Contains(PathEvent.MtuChanged));
    }

    [Fact]
    public void table_is_full_at_its_named_maximum_and_a_packets_source_still_gets_in()
    {
        PathWorld world = new();
        world.Connect();
        for (int source = 0; source < 4; source++)
        {
            world.Learn((CandidateSource)source, [.. Enumerable.Range(1, 40).Select(i => $"198.51.{source}.{i}:5484")]);
            Assert.All(Enum.GetValues<CandidateSource>(), kind => Assert.InRange(world.Table.Paths.Count(path => path.IsFrom(kind)), 0, PathTable.PerSourceMax));
        }

        Assert.Equal(PathTable.PathsMax, world.Table.Paths.Count);
        for (int i = 1; i <= 50; i++)
        {
            world.PacketFrom($"203.0.113.{i}:5484");
            Assert.Contains(world.Table.Paths, path => path.Endpoint == PathWorld.At($"203.0.113.{i}:5484"));
            Assert.InRange(world.Table.Paths.Count(static path => Enum.GetValues<CandidateSource>().All(source => path.IsFrom(source) == (source == CandidateSource.Packet))), 1, PathTable.FromPacketsMax);
        }

        Assert.Equal(PathTable.PathsMax, world.Table.Paths.Count);
    }

    [Fact]
    public void source_that_adds_one_by_one_keeps_its_newest_and_what_works()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Table.AddCandidate(world.Now, CandidateSource.Lan, PathWorld.At(Lan));
        world.Connect();
        for (int i = 1; i <= 100; i++)
        {
            Assert.True(world.Table.AddCandidate(world.Now, CandidateSource.Lan, PathWorld.At($"198.51.100.{i}:5484")));
            world.Run(10);
        }

        Assert.Equal(PathTable.PerSourceMax, world.Table.Paths.Count(static path => path.IsFrom(CandidateSource.Lan)));
        Assert.Equal(PathWorld.At(Lan), world.Table.Current?.Endpoint);
        Assert.Contains(world.Table.Paths, static path => path.Endpoint == PathWorld.At("198.51.100.100:5484"));
        Assert.Equal(PathTable.PerSourceMax, world.Table.Paths.Count);
    }

    [Fact]
    public void pings_per_second_stay_below_their_named_maximum()
    {
        PathWorld world = new();
        world.Learn(CandidateSource.Whereabouts, [.. Enumerable.Range(1, 16).Select(static i => $"198.51.100.{i}:5484")]);
        world.Learn(CandidateSource.Static, [.. Enumerable.Range(1, 16).Select(static i => $"198.51.101.{i}:5484")]);
        world.Connect();
        for (int i = 0; i < 100; i++)
        {
            world.Table.HandleLocalChange(world.Now);
            world.Run(0.05);
        }

        foreach (IGrouping<long, (Instant At, PathProbe Probe)> second in world.Probes.GroupBy(static probe => probe.At.Ticks / TimeSpan.TicksPerSecond))
        {
            // Two windows may touch one calendar second.
            Assert.InRange(second.Count(), 0, 2 * PathTable.ProbesPerSecondMax);
        }

        Assert.InRange(world.Probes.Count, 1, 6 * PathTable.ProbesPerSecondMax);
    }

    [Fact]
    public void forgotten_candidates_go_unless_they_work()
    {
        PathWorld world = new();
        world.Answers(Lan, 1);
        world.Learn(CandidateSource.Whereabouts, Lan, Far);
        world.Connect();
        world.Run(10);
        world.Learn(CandidateSource.Whereabouts, Private);
        Assert.Equal([PathWorld.At(Private), PathWorld.At(Lan)], world.Table.Paths.Select(static path => path.Endpoint).OrderBy(static endpoint => endpoint.Address));
    }

    [Fact]
    public void endpoints_of_no_use_are_passed_over()
    {
        PathWorld world = new();
        world.Learn(CandidateSource.Whereabouts, "127.0.0.1:5484", "[fe80::1]:5484", "224.0.0.1:5484", "192.0.2.1:0");
        Assert.Empty(world.Table.Paths);
        world.Learn(CandidateSource.Static, "127.0.0.1:5484", "[fe80::1%2]:5484");
        Assert.Equal(2, world.Table.Paths.Count);
    }

    [Fact]
    public void handshakes_go_to_the_best_always_and_to_the_others_in_turn()
    {
        PathWorld world = new();
        world.Learn(CandidateSource.Lan, Lan);
        world.Learn(CandidateSource.Whereabouts, [.. Enumerable.Range(1, 15).Select(static i => $"198.51.100.{i}:5484")]);
        InternetEndpoint[] targets = new InternetEndpoint[20];
        HashSet<InternetEndpoint> reached = [];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(PathTable.HandshakeTargetsMax, world.Table.CopyHandshakeTargets(targets));
            Assert.Equal(PathWorld.At(Lan), targets[0]);
            Assert.Equal(PathTable.HandshakeTargetsMax, targets.Take(PathTable.HandshakeTargetsMax).Distinct().Count());
            reached.UnionWith(targets.Take(PathTable.HandshakeTargetsMax));
        }

        Assert.Equal(16, reached.Count);
        Assert.Equal(1, world.Table.CopyHandshakeTargets(targets.AsSpan(0, 1)));
    }
}
