using System.Globalization;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Checks;

/// <summary>
/// Six members behind random translators, fifteen pairs, on lines that lose, delay and reorder, and three members on the public side of which some always come and go. Every pair talks within a minute, through a member if it must;
/// every pair whose ports are known is direct within two minutes, and most of those whose ports must be foreseen or searched for within five; whatever broke is whole again a minute after it stopped breaking; no packet goes round in circles; no table
/// exceeds its maximum.
/// </summary>
internal sealed class RandomPairsReachEachOther : ISimCheck
{
    private const int Places = 6;
    private const int Relays = 3;

    private static readonly TimeSpan s_reachWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_directWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_searchFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_churn = TimeSpan.FromMinutes(2);

    private readonly PairStatistics _statistics = new();

    public string Name => "random-pairs-reach-each-other";

    public int? SeedsUsual => 34;

    // A pair behind lossy lines took more than two seconds to talk.
    public IReadOnlyList<ulong> SeedsKept => [42];

    public IEnumerable<string> Measured => _statistics.Lines;

    public void Run(Simulation simulation)
    {
        PairWorld world = new(simulation, Places, Relays);
        world.JoinAll();
        TimeSpan start = simulation.Clock.Elapsed;
        world.Traffic.Start();
        Watch(world, start, s_reachWithin, pair => pair.CarriesSince(start), _statistics.NoteReached, "every pair talks");
        WatchDirect(world, start, s_directWithin, pair => pair.CanBeDirect && !pair.NeedsSearch && !pair.NeedsForesight, "every pair is direct whose ports are known");
        Search(world, start);
        _statistics.CheckShareFound();
        Churn(world);
        simulation.RunFor(TimeSpan.FromSeconds(50));
        TimeSpan end = simulation.Clock.Elapsed;
        Watch(world, end, TimeSpan.FromSeconds(10), pair => pair.CarriesSince(end), null, "every pair talks a minute after the last thing broke");
        world.Traffic.Stop();
        CheckMaxima(world);
    }

    private void WatchDirect(PairWorld world, TimeSpan start, TimeSpan atMost, Func<Pair, bool> isExpected, string what)
    {
        void Note(Pair pair, TimeSpan after)
        {
            if (isExpected(pair))
            {
                _statistics.NoteDirect(pair, after);
            }
        }

        Watch(world, start, atMost, pair => !isExpected(pair) || world.IsDirect(pair), Note, what);
    }

    // Ports that are foreseen or searched for are found with high probability each time, not with certainty: how many are found is counted over all worlds.
    private void Search(PairWorld world, TimeSpan start)
    {
        List<Pair> missing = [.. world.Pairs.Where(pair => pair.NeedsSearch || pair.NeedsForesight)];
        while (missing.Count > 0 && world.Simulation.Clock.Elapsed - start < s_searchFor)
        {
            foreach (Pair pair in missing.Where(world.IsDirect).ToArray())
            {
                missing.Remove(pair);
                _statistics.NoteDirect(pair, world.Simulation.Clock.Elapsed - start);
            }

            world.Simulation.RunFor(TimeSpan.FromSeconds(0.25));
        }

        foreach (Pair pair in missing)
        {
            world.Simulation.Note($"not direct after {s_searchFor}: {pair}");
            _statistics.NoteNotDirect(pair);
        }
    }

    // Looks four times a second at each pair; notes when the condition is first met by it.
    private static void Watch(PairWorld world, TimeSpan start, TimeSpan atMost, Func<Pair, bool> condition, Action<Pair, TimeSpan>? note, string what)
    {
        HashSet<Pair> waiting = [.. world.Pairs];
        Simulation simulation = world.Simulation;
        while (true)
        {
            foreach (Pair pair in waiting.Where(condition).ToArray())
            {
                waiting.Remove(pair);
                note?.Invoke(pair, simulation.Clock.Elapsed - start);
            }

            if (waiting.Count == 0)
            {
                simulation.Note($"{what}: after {(simulation.Clock.Elapsed - start).TotalSeconds:F1} s");
                return;
            }

            if (simulation.Clock.Elapsed - start >= atMost)
            {
                throw new SimFailure(string.Create(CultureInfo.InvariantCulture, $"{what}: not within {atMost.TotalSeconds} s: {string.Join("; ", waiting)}{Environment.NewLine}{world.Describe()}"));
            }

            simulation.RunFor(TimeSpan.FromSeconds(0.25));
        }
    }

    private static void Churn(PairWorld world)
    {
        Simulation simulation = world.Simulation;
        SeededRandom random = simulation.Random.Fork("churn");
        TimeSpan end = simulation.Clock.Elapsed + s_churn;
        SimNat[] nats = [.. world.Sites.SelectMany(site => site.Nats)];
        while (simulation.Clock.Elapsed < end)
        {
            SimMachine relay = world.Relays[random.NextBelow(world.Relays.Count)];
            switch (random.NextBelow(6))
            {
                case 0 or 1 when relay.Host is not null && world.Relays.Count(other => other.Host is not null) > 1:
                    simulation.Crash(relay);
                    break;
                case 2 or 3 when relay.Host is null:
                    world.World.Start(relay);
                    break;
                case 4 when nats.Length > 0:
                    nats[random.NextBelow(nats.Length)].Flush();
                    break;
                default:
                    Pair pair = world.Pairs[random.NextBelow(world.Pairs.Count)];
                    (random.Happens(0.5) ? pair.SiteA : pair.SiteB).Segment.Line = Site.DrawLine(random);
                    break;
            }

            simulation.RunFor(random.NextSpan(TimeSpan.FromSeconds(20)));
        }

        simulation.Note("nothing breaks any more");
        foreach (SimMachine relay in world.Relays.Where(relay => relay.Host is null))
        {
            world.World.Start(relay);
        }
    }

    private void CheckMaxima(PairWorld world)
    {
        foreach (SimMachine machine in world.World.Machines)
        {
            _statistics.NoteMachine(machine, NodeWorld.Node(machine));
        }

        foreach (SimNat nat in world.Sites.SelectMany(site => site.Nats))
        {
            _statistics.NoteNat(nat);
        }
    }
}
