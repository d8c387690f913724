using System.Globalization;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// A hundred nodes on five LANs, over lines that lose and reorder. One device is revoked: every member that can be reached refuses it within ten seconds, and those
/// behind a partition within sixty after it heals. Refusing is: no member in the state, no session, and a packet it sends comes out nowhere.
/// </summary>
internal sealed class RevocationAmongAHundred : ISimCheck
{
    private const int Nodes = 100;
    private static readonly TimeSpan ReachableLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HealedLimit = TimeSpan.FromSeconds(60);

    private TimeSpan _reachable;
    private TimeSpan _healed;
    private int _runs;

    public string Name => "revoked-device-is-refused-by-a-hundred";

    // A hundred nodes that all see each other cost minutes of a processor: for the long form, and on demand.
    public int? SeedsUsual => Environment.GetEnvironmentVariable("KITH_TEST_LONG") == "1" ? 2 : 0;

    public IEnumerable<string> Measured => _runs == 0
        ? []
        : [
            string.Create(CultureInfo.InvariantCulture, $"revocation: {Nodes} nodes, all that can be reached refuse within {_reachable.TotalSeconds:F2} s, the longest of {_runs} runs (bar: 10 s)"),
            string.Create(CultureInfo.InvariantCulture, $"revocation: all refuse within {_healed.TotalSeconds:F2} s after a partition healed, the longest of {_runs} runs (bar: 60 s)"),
        ];

    public void Run(Simulation simulation)
    {
        NodeWorld world = new(simulation);
        SimMachine[] machines = ReadyNetwork.Build(world, [.. Enumerable.Range(0, 5).Select(_ => simulation.Network.AddSegment())], Nodes);
        world.Await(() => world.HaveConverged(machines, Nodes) && machines.All(machine => machines.Count(other => world.Sees(machine, other)) >= Nodes * 9 / 10), TimeSpan.FromSeconds(60), "a hundred nodes see each other");
        simulation.Network.Internet = LinkConditions.Bad;

        SimMachine founder = machines[0];
        SimMachine revoked = machines[2 + simulation.Random.NextBelow(Nodes - 2)];
        SimMachine[] left = [.. machines.Where(machine => machine != revoked)];
        world.Do(founder, (core, now) => core.RevokeDevice(now, world.Home, world.Id(revoked)));
        _reachable = Max(_reachable, Refused(world, left, revoked, ReachableLimit, "all refuse the revoked device"));
        NothingComesOut(world, left, revoked);

        // Apart: the next one is revoked on one side, while the other cannot know.
        SimMachine next = left[2 + simulation.Random.NextBelow(left.Length - 2)];
        SimMachine[] others = [.. left.Where(machine => machine != next)];
        SimMachine[] one = [.. others.Where((_, index) => index % 2 == 0)];
        SimMachine[] far = [.. others.Except(one)];
        simulation.Note("partition");
        simulation.Network.Partition(one, [.. far, next]);
        simulation.RunFor(TimeSpan.FromSeconds(5) + simulation.Random.NextSpan(TimeSpan.FromSeconds(20)));
        world.Do(founder, (core, now) => core.RevokeDevice(now, world.Home, world.Id(next)));
        _reachable = Max(_reachable, Refused(world, one, next, ReachableLimit, "all on this side refuse the second one"));
        SimFailure.Unless(far.Any(machine => world.Log(machine)!.State.Members.ContainsKey(world.Id(next))), "the partition lets the word through");
        simulation.Note("heal");
        simulation.Network.Heal();
        _healed = Max(_healed, Refused(world, others, next, HealedLimit, "all refuse after the partition healed"));
        NothingComesOut(world, others, next);
        _runs++;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Refused(NodeWorld world, SimMachine[] members, SimMachine revoked, TimeSpan limit, string what)
    {
        TimeSpan began = world.Simulation.Clock.Elapsed;
        world.Await(() => members.All(machine => !world.Log(machine)!.State.Members.ContainsKey(world.Id(revoked)) && !world.Sees(machine, revoked)), limit, what);
        return world.Simulation.Clock.Elapsed - began;
    }

    private static void NothingComesOut(NodeWorld world, SimMachine[] members, SimMachine revoked)
    {
        foreach (SimMachine machine in members)
        {
            NodeWorld.Node(machine).TunPackets.Clear();
        }

        foreach (SimMachine machine in members)
        {
            world.SendThroughTunnel(revoked, machine);
        }

        world.Simulation.RunFor(TimeSpan.FromSeconds(2));
        SimFailure.Unless(members.All(machine => NodeWorld.Node(machine).TunPackets.Count == 0), "a packet of the revoked device came out of a tunnel");
    }
}
