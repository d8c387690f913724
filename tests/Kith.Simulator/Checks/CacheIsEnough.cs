using Kith.Protocol.Identity;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Six nodes on two LANs lose power all at once and come back without multicast, in random order, one of them at another address. What they kept on disk is enough to find each other.
/// </summary>
internal sealed class CacheIsEnough : ISimCheck
{
    private const int Nodes = 6;

    public string Name => "cache-is-enough-after-a-power-cut";

    public void Run(Simulation simulation)
    {
        NodeWorld world = new(simulation);
        SimSegment[] lans = [simulation.Network.AddSegment(), simulation.Network.AddSegment()];
        SimMachine[] machines = [.. Enumerable.Range(0, Nodes).Select(index => world.Add(lans[index % 2]))];
        world.Found(machines[0]);
        InviteLine invite = world.Invite(machines[0], uses: Nodes - 1);
        foreach (SimMachine machine in machines[1..])
        {
            world.Join(machine, world.Through(invite, machines[0]));
        }

        world.Await(() => world.HaveConverged(machines, Nodes) && world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "six nodes see each other");
        simulation.RunFor(TimeSpan.FromSeconds(10));
        foreach (SimSegment lan in lans)
        {
            lan.HasMulticast = false;
        }

        foreach (SimMachine machine in machines)
        {
            simulation.Crash(machine);
        }

        simulation.RunFor(simulation.Random.NextSpan(TimeSpan.FromHours(12)));
        SimMachine moved = machines[simulation.Random.NextBelow(Nodes)];
        SimSegment home = moved.Interfaces[0].Segment;
        SimNetwork.DetachAll(moved);
        SimNetwork.Attach(moved, home, 999);
        simulation.Random.Shuffle(machines);
        foreach (SimMachine machine in machines)
        {
            world.Start(machine);
            simulation.RunFor(simulation.Random.NextSpan(TimeSpan.FromSeconds(5)));
        }

        world.Await(() => world.HaveConverged(machines, Nodes) && world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "six nodes have found each other again");
    }
}
