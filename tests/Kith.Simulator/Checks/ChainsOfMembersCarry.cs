using Kith.Simulator.Mesh;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;
using Kith.Simulator.Pairs;

namespace Kith.Simulator.Checks;

/// <summary>
/// Ten members of whom only some reach each other directly, at random, so that others need a chain of up to eight. All pairs talk. Members in the middle die while
/// data flows; then ways open and close and members come and go for two minutes; then the network falls apart and comes together; last, one is revoked.
/// </summary>
internal sealed class ChainsOfMembersCarry : ISimCheck
{
    private const int Members = 10;
    private const int ExtraEdges = 4;

    private static readonly TimeSpan s_heal = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_rerouteWithin = TimeSpan.FromSeconds(3);

    private readonly List<double> _found = [];
    private readonly List<double> _rerouted = [];
    private readonly List<double> _healed = [];
    private readonly List<double> _merged = [];

    public string Name => "chains-of-members-carry";

    public int? SeedsUsual => 3;

    // It took more than three seconds around a dead member, before neighbours that owe an answer were avoided and detours taken.
    public IReadOnlyList<ulong> SeedsKept => [4, 6, 8];

    public IEnumerable<string> Measured => _merged.Count == 0
        ? []
        : [$"chains of members: ways found within {_found.Max():F1} s, around a dead member within {_rerouted.Max():F1} s, whole again within {_healed.Max():F1} s, after a partition within {_merged.Max():F1} s"];

    public void Run(Simulation simulation)
    {
        MeshWorld mesh = new(simulation, Members);
        SeededRandom random = simulation.Random.Fork("mesh");
        mesh.JoinAll();
        mesh.Graph.Draw(random, MeshWorld.HopsMax, ExtraEdges);
        mesh.Traffic.Start();
        SimMachine[] all = [.. mesh.World.Machines];
        _found.Add(mesh.AwaitTalk(all, s_heal, "all pairs talk").TotalSeconds);
        CutOne(mesh, random);
        Shake(mesh, random);
        PartAndMerge(mesh, random);
        Revoke(mesh, random);
    }

    // A member that others need for the shortest way dies; those who have another one use it before anybody notices much.
    private void CutOne(MeshWorld mesh, SeededRandom random)
    {
        SimMachine[] all = [.. mesh.World.Machines];
        SimMachine[] spare = [.. all.Where(machine => mesh.Graph.LongestWay([.. all.Where(other => other != machine)]) <= MeshWorld.HopsMax)];
        if (spare.Length == 0)
        {
            _rerouted.Add(0);
            return;
        }

        mesh.Simulation.RunFor(TimeSpan.FromSeconds(10));
        SimMachine victim = spare.MaxBy(machine => all.Count(other => mesh.Graph.Has(machine, other)))!;
        SimMachine[] left = [.. all.Where(machine => machine != victim)];
        Pair[] pairs = [.. mesh.Pairs.Where(pair => pair.A != victim && pair.B != victim)];
        mesh.Simulation.Crash(victim);
        foreach (Pair pair in pairs)
        {
            (pair.GapAtA, pair.GapAtB) = (TimeSpan.Zero, TimeSpan.Zero);
        }

        mesh.Simulation.RunFor(TimeSpan.FromSeconds(10));
        mesh.AwaitTalk(left, s_heal, "all pairs talk without a member");
        Pair slowest = pairs.MaxBy(Gap)!;
        _rerouted.Add(Gap(slowest).TotalSeconds);
        SimFailure.Unless(Gap(slowest) <= s_rerouteWithin, $"{slowest.A} and {slowest.B} did not talk for {Gap(slowest).TotalSeconds:F1} s after {victim} died");
        mesh.World.Start(victim);
        mesh.AwaitTalk(all, s_heal, "all pairs talk with the member again");
    }

    private static TimeSpan Gap(Pair pair) => pair.GapAtA > pair.GapAtB ? pair.GapAtA : pair.GapAtB;

    private void Shake(MeshWorld mesh, SeededRandom random)
    {
        Simulation simulation = mesh.Simulation;
        SimMachine[] all = [.. mesh.World.Machines];
        TimeSpan end = simulation.Clock.Elapsed + TimeSpan.FromMinutes(2);
        simulation.Network.Internet = LinkConditions.Bad;
        while (simulation.Clock.Elapsed < end)
        {
            SimMachine machine = all[random.NextBelow(all.Length)];
            if (random.Happens(0.6))
            {
                mesh.Graph.ChangeOne(random, MeshWorld.HopsMax, all);
            }
            else if (machine.Host is null)
            {
                mesh.World.Start(machine);
            }
            else
            {
                simulation.Crash(machine);
            }

            simulation.RunFor(random.NextSpan(TimeSpan.FromSeconds(6)));
        }

        simulation.Note("nothing breaks any more");
        simulation.Network.Internet = LinkConditions.Internet;
        foreach (SimMachine machine in all.Where(machine => machine.Host is null))
        {
            mesh.World.Start(machine);
        }

        _healed.Add(mesh.AwaitTalk(all, s_heal, "all pairs talk after everything broke").TotalSeconds);
    }

    private void PartAndMerge(MeshWorld mesh, SeededRandom random)
    {
        SimMachine[] all = [.. mesh.World.Machines];
        SimMachine centre = all[random.NextBelow(all.Length)];
        SimMachine[] part = [.. all.OrderBy(machine => mesh.Graph.Distance(centre, machine, all)).Take(Members / 2)];
        IReadOnlyList<(SimMachine A, SimMachine B)> crossing = mesh.Graph.Separate(part);
        mesh.Simulation.Note("partition");
        mesh.Simulation.RunFor(TimeSpan.FromSeconds(90));
        TimeSpan apart = mesh.Simulation.Clock.Elapsed;
        mesh.AwaitTalk(part, s_heal, "all of one part talk");
        foreach (Pair pair in mesh.Pairs.Where(pair => part.Contains(pair.A) != part.Contains(pair.B)))
        {
            SimFailure.Unless(pair.HeardByA < apart && pair.HeardByB < apart, $"{pair.A} and {pair.B} talk across a partition");
        }

        mesh.Graph.Merge(crossing);
        _merged.Add(mesh.AwaitTalk(all, s_heal, "all pairs talk after the partition").TotalSeconds);
    }

    // The most useful member is revoked: ten seconds later it passes nothing on, and nothing is passed on for it.
    private static void Revoke(MeshWorld mesh, SeededRandom random)
    {
        SimMachine[] all = [.. mesh.World.Machines];
        SimMachine founder = all[0];
        SimMachine revoked = all.Skip(1).MaxBy(machine => NodeWorld.Node(machine).RelayedCount)!;
        SimMachine[] left = [.. all.Where(machine => machine != revoked)];
        mesh.Simulation.Note($"{revoked} is revoked");
        mesh.World.Do(founder, (core, now) => core.RevokeDevice(now, mesh.World.Home, mesh.World.Id(revoked)));
        mesh.Simulation.RunFor(TimeSpan.FromSeconds(10));

        // Members behind it do not hear of it until somebody else leads to them; whoever still takes it for a member may talk to it, and to nobody else through it.
        HashSet<SimMachine> told = [.. left.Where(machine => mesh.Graph.Distance(founder, machine, left) is not null)];
        TimeSpan since = mesh.Simulation.Clock.Elapsed;
        mesh.Simulation.RunFor(TimeSpan.FromSeconds(20));
        foreach (Pair pair in mesh.Pairs.Where(pair => (pair.A == revoked && told.Contains(pair.B)) || (pair.B == revoked && told.Contains(pair.A))))
        {
            SimFailure.Unless(pair.HeardByA < since && pair.HeardByB < since, $"{pair.A} and {pair.B} talk though {revoked} is revoked");
        }

        foreach (Pair pair in mesh.Pairs.Where(pair => pair.A != revoked && pair.B != revoked && told.Contains(pair.A) && !told.Contains(pair.B)))
        {
            SimFailure.Unless(pair.HeardByA < since && pair.HeardByB < since, $"{pair.A} and {pair.B} talk through {revoked}, which is revoked");
        }

        mesh.AwaitTalk(told, s_heal, "those who are left talk");
    }
}
