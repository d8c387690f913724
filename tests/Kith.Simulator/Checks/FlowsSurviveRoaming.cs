using System.Globalization;
using Kith.Simulator.Net;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Checks;

/// <summary>
/// Two members at random places talk, a third on the public side may relay. One after the other, in random order: a translator forgets everything, gets another
/// address, the line is dead for five seconds and for a minute, one moves to another place, one sleeps for ten minutes, and both are silent for ten minutes. Each time
/// they talk again within a minute, mostly at once; after the silence the first packet arrives.
/// </summary>
internal sealed class FlowsSurviveRoaming : ISimCheck
{
    private static readonly TimeSpan s_heal = TimeSpan.FromSeconds(60);
    private static readonly SiteKind[] s_kinds = Enum.GetValues<SiteKind>();

    private readonly SortedDictionary<string, List<double>> _gaps = new(StringComparer.Ordinal);

    public string Name => "flows-survive-roaming";

    public int? SeedsUsual => 20;

    public IEnumerable<string> Measured => _gaps.Select(entry =>
    {
        entry.Value.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value.Count} times, silent for {entry.Value[entry.Value.Count / 2]:F1} s in the median, {entry.Value[^1]:F1} s at most");
    });

    public void Run(Simulation simulation)
    {
        PairWorld world = new(simulation, places: 2, relays: 2, lossShareMax: 0.02);
        SeededRandom random = simulation.Random.Fork("roaming");
        Pair pair = world.Pairs[0];
        world.JoinAll();
        world.Traffic.Start();
        Await(world, pair, "at first");
        Action[] events =
        [
            () => Flush(world, pair),
            () => Renumber(world, pair, random),
            () => CutLine(world, pair, TimeSpan.FromSeconds(5)),
            () => CutLine(world, pair, TimeSpan.FromSeconds(60)),
            () => Move(world, pair, random),
            () => Nap(world, pair),
            () => KeepSilent(world, pair),
        ];
        random.Shuffle(events);
        foreach (Action happen in events)
        {
            // Now and then in the middle of finding each other.
            simulation.RunFor(random.Happens(0.3) ? random.NextSpan(TimeSpan.FromSeconds(2)) : TimeSpan.FromSeconds(45));
            happen();
        }
    }

    private void Await(PairWorld world, Pair pair, string after)
    {
        Simulation simulation = world.Simulation;
        TimeSpan start = simulation.Clock.Elapsed;
        while (!pair.CarriesSince(start))
        {
            if (simulation.Clock.Elapsed - start >= s_heal)
            {
                throw new SimFailure($"{after}: no talk within {s_heal.TotalSeconds} s{Environment.NewLine}{world.Describe()}");
            }

            simulation.RunFor(TimeSpan.FromSeconds(0.05));
        }

        TimeSpan took = simulation.Clock.Elapsed - start;
        simulation.Note($"{after}: they talk after {took.TotalSeconds:F1} s");
        (_gaps.TryGetValue(after, out List<double>? gaps) ? gaps : _gaps[after] = []).Add(took.TotalSeconds);
    }

    private void Flush(PairWorld world, Pair pair)
    {
        foreach (SimNat nat in pair.SiteA.Nats)
        {
            nat.Flush();
        }

        Await(world, pair, "a translator forgot everything");
    }

    private void Renumber(PairWorld world, Pair pair, SeededRandom random)
    {
        if (pair.SiteA.Nats.Count > 0)
        {
            pair.SiteA.Nats[^1].Renumber(100 + random.NextBelow(100));
            Await(world, pair, "a translator got another address");
        }
    }

    private void CutLine(PairWorld world, Pair pair, TimeSpan length)
    {
        LinkConditions? before = pair.SiteA.Segment.Line;
        pair.SiteA.Segment.Line = new LinkConditions { LossShare = 1 };
        world.Simulation.RunFor(length);
        pair.SiteA.Segment.Line = before;
        Await(world, pair, $"the line was dead for {length.TotalSeconds} s");
    }

    private void Move(PairWorld world, Pair pair, SeededRandom random)
    {
        Site site = Site.Build(world.Simulation.Network, s_kinds[random.NextBelow(s_kinds.Length)], random);
        site.Segment.Line = site.Segment.Line! with { LossShare = 0.01 };
        world.Simulation.Note($"{pair.A} moves from {pair.SiteA} to {site}");
        pair.SiteA = site;
        SimNetwork.DetachAll(pair.A);
        SimNetwork.Attach(pair.A, site.Segment, 50 + random.NextBelow(100));
        world.Simulation.AnnounceAddresses(pair.A);
        Await(world, pair, "a member moved");
    }

    private void Nap(PairWorld world, Pair pair)
    {
        world.Simulation.Sleep(pair.A);
        world.Simulation.RunFor(TimeSpan.FromMinutes(10));
        world.Simulation.Wake(pair.A);
        Await(world, pair, "a member slept for ten minutes");
    }

    private void KeepSilent(PairWorld world, Pair pair)
    {
        world.Traffic.Stop();
        world.Simulation.RunFor(TimeSpan.FromMinutes(10));
        world.Traffic.Start();
        Await(world, pair, "both were silent for ten minutes");
    }
}
