using Kith.Protocol.Identity;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Mesh;

/// <summary>Members of which only some reach each other directly; the others reach each other through them. All pairs talk all the time.</summary>
internal sealed class MeshWorld
{
    /// <summary>The most members that a packet passes through.</summary>
    public const int HopsMax = 8;

    public MeshWorld(Simulation simulation, int members)
    {
        World = new NodeWorld(simulation);
        List<(SimMachine Machine, Site Site)> places = [];
        for (int i = 0; i < members; i++)
        {
            SimSegment segment = simulation.Network.AddPublicSegment();
            places.Add((World.Add(segment), new Site(SiteKind.Open, segment, [])));
        }

        Graph = new MeshGraph(simulation.Network, World.Machines);
        Pairs = [.. places.SelectMany((a, index) => places.Skip(index + 1).Select(b => new Pair(a.Machine, a.Site, b.Machine, b.Site)))];
        Traffic = new PairTraffic(World, Pairs, TimeSpan.FromSeconds(0.2));
    }

    /// <summary>The nodes.</summary>
    public NodeWorld World { get; }

    /// <summary>The simulation.</summary>
    public Simulation Simulation => World.Simulation;

    /// <summary>Who reaches whom directly.</summary>
    public MeshGraph Graph { get; }

    /// <summary>Each two.</summary>
    public IReadOnlyList<Pair> Pairs { get; }

    /// <summary>What they say to each other.</summary>
    public PairTraffic Traffic { get; }

    /// <summary>Everyone joins while all reach each other.</summary>
    public void JoinAll()
    {
        Simulation.RunFor(TimeSpan.FromSeconds(1));
        SimMachine first = World.Machines[0];
        World.Found(first);
        InviteLine invite = World.Through(World.Invite(first, uses: World.Machines.Count - 1), first);
        foreach (SimMachine machine in World.Machines.Skip(1))
        {
            World.Join(machine, invite);
        }

        World.Await(() => World.HaveConverged([.. World.Machines], World.Machines.Count), TimeSpan.FromMinutes(1), "everyone has joined");
    }

    /// <summary>Lets time pass until every pair of these has talked both ways since now.</summary>
    public TimeSpan AwaitTalk(IReadOnlyCollection<SimMachine> among, TimeSpan atMost, string what)
    {
        TimeSpan start = Simulation.Clock.Elapsed;
        Pair[] pairs = [.. Pairs.Where(pair => among.Contains(pair.A) && among.Contains(pair.B))];
        while (!pairs.All(pair => pair.CarriesSince(start)))
        {
            if (Simulation.Clock.Elapsed - start >= atMost)
            {
                string silent = string.Join(Environment.NewLine, pairs.Where(pair => !pair.CarriesSince(start)).Select(pair => Describe(pair, among)));
                throw new SimFailure($"{what}: not within {atMost.TotalSeconds} s{Environment.NewLine}{silent}");
            }

            Simulation.RunFor(TimeSpan.FromSeconds(0.1));
        }

        TimeSpan took = Simulation.Clock.Elapsed - start;
        Simulation.Note($"{what}: after {took.TotalSeconds:F1} s");
        return took;
    }

    private string Describe(Pair pair, IReadOnlyCollection<SimMachine> among)
    {
        string Path(SimMachine from, SimMachine to) => from.Host is SimNode node && node.Core.DescribePeer(World.Id(to)).Path is { } path ? $"{path.Kind} {path.Endpoint}" : "no path";
        return $"        {pair.A} and {pair.B}, {Graph.Distance(pair.A, pair.B, among)} steps: {Path(pair.A, pair.B)}, {Path(pair.B, pair.A)}, {(pair.HeardByA > pair.HeardByB ? "only to the first" : "not to the first")}";
    }
}
