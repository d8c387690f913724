using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Sixteen nodes on a network that loses, repeats and reorders; one is revoked. Within ten seconds nobody has it as a member or a session with it, it knows itself,
/// and what it sends into the tunnel comes out nowhere.
/// </summary>
internal sealed class RevokedDeviceIsCutOff : ISimCheck
{
    public string Name => "revoked-device-is-cut-off-within-ten-seconds";

    public void Run(Simulation simulation)
    {
        NodeWorld world = new(simulation);
        SixteenJoinAndConverge.Build(world);
        simulation.Network.Internet = LinkConditions.Bad;
        simulation.RunFor(TimeSpan.FromSeconds(20));
        SimMachine revoked = world.Machines[1 + simulation.Random.NextBelow(15)];
        SimMachine[] left = [.. world.Machines.Where(machine => machine != revoked)];
        world.Do(world.Machines[0], (core, now) => core.RevokeDevice(now, world.Home, world.Id(revoked)));
        world.Await(() => world.HaveConverged(left, 15) && !left.Any(machine => world.Sees(machine, revoked)), TimeSpan.FromSeconds(10), "the revoked device is cut off");

        foreach (SimMachine machine in left)
        {
            NodeWorld.Node(machine).TunPackets.Clear();
        }

        foreach (SimMachine machine in left)
        {
            world.SendThroughTunnel(revoked, machine);
        }

        simulation.RunFor(TimeSpan.FromSeconds(30));
        SimFailure.Unless(left.All(machine => NodeWorld.Node(machine).TunPackets.Count == 0), "a packet of the revoked device came out of a tunnel");
        world.SendThroughTunnel(left[1], left[2]);
        simulation.RunFor(TimeSpan.FromSeconds(5));
        SimFailure.Unless(NodeWorld.Node(left[2]).TunPackets.Count == 1, "a packet of a member did not come out of the tunnel");
    }
}
