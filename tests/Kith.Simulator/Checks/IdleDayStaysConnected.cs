using Kith.Protocol.Identity;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// Four nodes on two LANs do nothing for a day. They see each other at every moment, through some seven hundred rekeys of each pair; nothing grows; and what it costs
/// the line stays within a budget.
/// </summary>
internal sealed class IdleDayStaysConnected : ISimCheck
{
    private const int Nodes = 4;

    /// <summary>What one node may send in an hour to three peers when nothing happens.</summary>
    private const long BytesPerHourMax = 1024 * 1024;

    private const long GrowthBytesMax = 8 * 1024 * 1024;

    public string Name => "idle-day-stays-connected";

    public int SeedsMax => 1;

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

        world.Await(() => world.HaveConverged(machines, Nodes) && world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "four nodes see each other");
        simulation.RunFor(TimeSpan.FromMinutes(10));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long sentBefore = simulation.Network.SentBytes;
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            simulation.RunFor(TimeSpan.FromMinutes(1));
            SimFailure.Unless(world.AreAllOnline(machines), $"someone is not seen any more after {minute} idle minutes{Environment.NewLine}{world.Describe()}");
        }

        long perHour = (simulation.Network.SentBytes - sentBefore) / 24 / Nodes;
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        simulation.Note($"{perHour} bytes an hour and node, the heap grew by {growth} bytes");
        SimFailure.Unless(perHour < BytesPerHourMax, $"an idle node sends {perHour} bytes an hour");
        SimFailure.Unless(growth < GrowthBytesMax, $"the nodes hold {growth} bytes more after an idle day");
    }
}
