using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>Six machines on one LAN, three against three: while they are apart nothing crosses, afterwards everything does.</summary>
internal sealed class PartitionSeparatesAndHeals : ISimCheck
{
    public string Name => "partition-separates-and-heals";

    public void Run(Simulation simulation)
    {
        SimSegment lan = simulation.Network.AddSegment();
        SimMachine[] machines = [.. Enumerable.Range(0, 6).Select(index => simulation.AddMachine($"m{index}"))];
        foreach (SimMachine machine in machines)
        {
            SimNetwork.Attach(machine, lan, machine.Index + 1);
        }

        InternetEndpoint[] endpoints = [.. machines.Select(machine => new InternetEndpoint(machine.Interfaces[0].V4, SimMachine.DataPort))];
        ChatterHost[] hosts = [.. machines.Select(machine => new ChatterHost(simulation.Random.Fork(machine.Name), endpoints, 10_000))];
        simulation.Network.Partition(machines[..3], machines[3..]);
        for (int i = 0; i < machines.Length; i++)
        {
            simulation.Start(machines[i], hosts[i]);
        }

        simulation.RunFor(TimeSpan.FromSeconds(20));
        SimFailure.Unless(hosts.All(host => host.Received.Count == 3), "a partition of three against three does not leave each with three");
        simulation.Network.Heal();
        simulation.RunFor(TimeSpan.FromSeconds(2));
        SimFailure.Unless(hosts.All(host => host.Received.Count == 6), "not everyone hears everyone after the partition healed");
    }
}
