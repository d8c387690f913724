using Kith.Protocol.Identity;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Sixteen nodes on four LANs join one network, each through a random member that is in it already, some at the same time. All come to the same state and
/// all see each other.
/// <code>
///   n1..n4 ── lan 1 ──┐              ┌── lan 3 ── n9..n12
///                     ├── internet ──┤
///   n5..n8 ── lan 2 ──┘              └── lan 4 ── n13..n16
/// </code>
/// </summary>
internal sealed class SixteenJoinAndConverge : ISimCheck
{
    private const int Nodes = 16;

    public string Name => "sixteen-join-through-random-members-and-converge";

    public void Run(Simulation simulation) => Build(new NodeWorld(simulation));

    /// <summary>Builds the world and lets all sixteen join.</summary>
    public static void Build(NodeWorld world)
    {
        Simulation simulation = world.Simulation;
        SimSegment[] lans = [.. Enumerable.Range(0, 4).Select(_ => simulation.Network.AddSegment())];
        SimMachine[] machines = [.. Enumerable.Range(0, Nodes).Select(index => world.Add(lans[index / 4]))];
        simulation.RunFor(TimeSpan.FromSeconds(1));
        world.Found(machines[0]);
        InviteLine invite = world.Invite(machines[0], uses: Nodes - 1);
        SimMachine[] order = machines[1..];
        simulation.Random.Shuffle(order);
        foreach (SimMachine joiner in order)
        {
            // Only who has the invite in its log can let someone in, and every member has.
            SimMachine[] members = [.. machines.Where(machine => world.Log(machine) is not null)];
            world.Join(joiner, world.Through(invite, members[simulation.Random.NextBelow(members.Length)]));
            simulation.RunFor(simulation.Random.NextSpan(TimeSpan.FromSeconds(1.5)));
        }

        world.Await(() => world.HaveConverged(machines, Nodes), TimeSpan.FromSeconds(60), "sixteen nodes have the same state");
        world.Await(() => world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "sixteen nodes see each other");
    }
}
