using System.Globalization;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Simulator.Dht;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Checks;

/// <summary>
/// Networks of two members each, both behind translators, and nothing between them but a DHT of strangers. One of each is off, and comes back elsewhere while the other waits;
/// then the same with three in ten nodes of the DHT dead. The world begins at midnight, so that clocks that are a little wrong name two days.
/// </summary>
internal sealed class DhtAloneConnectsPairs : ISimCheck
{
    private static readonly TimeSpan s_within = TimeSpan.FromSeconds(30);

    private static readonly (SiteKind A, SiteKind B)[] s_pairs =
    [
        (SiteKind.PortRestricted, SiteKind.PortRestricted), (SiteKind.PortRestricted, SiteKind.EasyCarrier), (SiteKind.EasyCarrier, SiteKind.FullCone),
        (SiteKind.AddressRestricted, SiteKind.Symmetric), (SiteKind.PortRestricted, SiteKind.Open), (SiteKind.Symmetric, SiteKind.FullCone),
    ];

    private readonly List<double> _seconds = [];
    private readonly List<double> _bytesPerHour = [];

    public string Name => "dht-alone-connects-pairs-within-thirty-seconds";

    public int? SeedsUsual => 1;

    public IEnumerable<string> Measured
    {
        get
        {
            if (_seconds.Count > 0)
            {
                double[] sorted = [.. _seconds.Order()];
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"over the DHT alone, second member started elsewhere: {sorted.Length} times direct, median {sorted[sorted.Length / 2]:F1} s, slowest {sorted[^1]:F1} s");
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"a member that waits for one other in a DHT of thirty nodes: {_bytesPerHour.Average() / 1e6:F2} MB an hour both ways, {_bytesPerHour.Max() / 1e6:F2} at most");
            }
        }
    }

    public void Run(Simulation simulation)
    {
        DhtTown town = new(simulation, 30);
        NodeWorld world = new(simulation) { Dht = town.Options, SkewMax = TimeSpan.FromMinutes(1) };
        SeededRandom random = simulation.Random.Fork("places");
        simulation.RunFor(TimeSpan.FromSeconds(20));
        List<(SimMachine A, SimMachine B)> pairs = [];
        foreach ((SiteKind a, SiteKind b) in s_pairs)
        {
            SimMachine first = world.Add(Build(simulation, a, random));
            SimMachine second = world.Add(Build(simulation, b, random));
            world.Found(first);
            InviteLine invite = NodeWorld.Bare(world.Invite(first));
            world.Do(second, (core, now) => core.BeginJoin(now, invite));
            pairs.Add((first, second));
        }

        world.Await(() => pairs.TrueForAll(pair => IsDirect(world, pair.A, pair.B)), TimeSpan.FromSeconds(120), "all pairs have joined");
        ComeBack(world, pairs, random);
        foreach (SimMachine node in town.Machines.Skip(1).Where(_ => random.Happens(0.3)).ToList())
        {
            simulation.Crash(node);
        }

        ComeBack(world, pairs, random);
    }

    private void ComeBack(NodeWorld world, List<(SimMachine A, SimMachine B)> pairs, SeededRandom random)
    {
        Simulation simulation = world.Simulation;
        foreach ((_, SimMachine b) in pairs)
        {
            simulation.Crash(b);
        }

        simulation.RunFor(TimeSpan.FromMinutes(5));
        DhtTraffic[] before = [.. pairs.Select(pair => TrafficOf(pair.A))];
        TimeSpan waited = TimeSpan.FromMinutes(20) + random.NextSpan(TimeSpan.FromMinutes(5));
        simulation.RunFor(waited);
        for (int i = 0; i < pairs.Count; i++)
        {
            DhtTraffic after = TrafficOf(pairs[i].A);
            _bytesPerHour.Add((after.SentBytes + after.ReceivedBytes - before[i].SentBytes - before[i].ReceivedBytes) / waited.TotalHours);
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            SimNetwork.DetachAll(pairs[i].B);
            SimNetwork.Attach(pairs[i].B, Build(simulation, s_pairs[i].B, random), 33);
            world.Start(pairs[i].B);
        }

        TimeSpan start = simulation.Clock.Elapsed;
        HashSet<int> waiting = [.. Enumerable.Range(0, pairs.Count)];
        while (waiting.Count > 0 && simulation.Clock.Elapsed - start < s_within)
        {
            simulation.RunFor(TimeSpan.FromMilliseconds(100));
            foreach (int i in waiting.Where(i => IsDirect(world, pairs[i].A, pairs[i].B)).ToList())
            {
                waiting.Remove(i);
                double seconds = (simulation.Clock.Elapsed - start).TotalSeconds;
                _seconds.Add(seconds);
                simulation.Note(string.Create(CultureInfo.InvariantCulture, $"{s_pairs[i]} direct after {seconds:F1} s"));
            }
        }

        SimFailure.Unless(waiting.Count == 0, $"not direct within {s_within.TotalSeconds} s: {string.Join("; ", waiting.Select(i => s_pairs[i]))}");
    }

    private static SimSegment Build(Simulation simulation, SiteKind kind, SeededRandom random)
    {
        SimSegment segment = Site.Build(simulation.Network, kind, random).Segment;
        segment.Line = segment.Line! with { LossShare = Math.Min(segment.Line.LossShare, 0.02) };
        return segment;
    }

    private static DhtTraffic TrafficOf(SimMachine machine) => NodeWorld.Node(machine).Core.DescribeDht()?.Traffic ?? default;

    private static bool IsDirect(NodeWorld world, SimMachine a, SimMachine b) => IsDirectFrom(world, a, b) && IsDirectFrom(world, b, a);

    private static bool IsDirectFrom(NodeWorld world, SimMachine from, SimMachine to) =>
        from.Host is SimNode node && node.Core.DescribePeer(world.Id(to)) is { Online: true, Path.Kind: PathKind.Direct or PathKind.Lan };
}
