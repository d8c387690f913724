using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>
/// Three machines on a bad LAN, one beyond the Internet, one on a LAN that is not routed:
/// <code>
///   a b c ── segment 1 ── (internet) ── segment 2 ── d        segment 3 (not routed) ── e
/// </code>
/// </summary>
internal sealed class NetworkCarriesAsTold : ISimCheck
{
    private const int Datagrams = 2000;

    public string Name => "network-carries-as-told";

    public void Run(Simulation simulation)
    {
        SimSegment lan = simulation.Network.AddSegment();
        SimSegment far = simulation.Network.AddSegment();
        SimSegment island = simulation.Network.AddSegment(isRouted: false);
        lan.Conditions = LinkConditions.Bad with { LossShare = 0.2, DuplicateShare = 0.1 };
        SimMachine[] machines = [.. "abcde".Select(name => simulation.AddMachine(name.ToString()))];
        SimSegment[] places = [lan, lan, lan, far, island];
        for (int i = 0; i < machines.Length; i++)
        {
            SimNetwork.Attach(machines[i], places[i], i + 1);
        }

        InternetEndpoint[] endpoints = [.. machines.Select((machine, index) => new InternetEndpoint(index % 2 == 0 ? machine.Interfaces[0].V4 : machine.Interfaces[0].V6, SimMachine.DataPort))];
        ChatterHost[] hosts = [.. machines.Select((machine, index) => new ChatterHost(simulation.Random.Fork(machine.Name), [.. endpoints.Where(other => other != endpoints[index])], Datagrams))];
        simulation.Network.Block(machines[0], machines[2]);
        for (int i = 0; i < machines.Length; i++)
        {
            simulation.Start(machines[i], hosts[i]);
        }

        simulation.RunFor(TimeSpan.FromMinutes(10));

        int Count(int to, int from) => Numbers(to, from).Distinct().Count();
        List<int> Numbers(int to, int from) => hosts[to].Received.GetValueOrDefault(to % 2 == 0 ? machines[from].Interfaces[0].V4 : machines[from].Interfaces[0].V6) ?? [];

        SimFailure.Unless(Count(1, 0) is > Datagrams * 76 / 100 and < Datagrams * 84 / 100, $"{Count(1, 0)} of {Datagrams} came over a link that loses a fifth");
        SimFailure.Unless(Numbers(1, 0).Count > Count(1, 0) * 105 / 100, "nothing came twice over a link that duplicates");
        SimFailure.Unless(!Numbers(1, 0).SequenceEqual(Numbers(1, 0).Order()), "nothing came out of order over a link that reorders");
        SimFailure.Unless(Count(2, 0) == 0, "something came over a blocked link");
        SimFailure.Unless(Count(0, 2) > 0, "the other direction of a blocked link is blocked too");
        SimFailure.Unless(Count(3, 0) == Datagrams && Count(0, 3) == Datagrams, "something was lost on a good line");
        SimFailure.Unless(Count(4, 0) + Count(4, 3) + Count(0, 4) + Count(3, 4) == 0, "something came to or from a LAN that is not routed");
        SimFailure.Unless(hosts[1].Multicasts > 0 && hosts[3].Multicasts == 0 && hosts[4].Multicasts == 0, "multicast does not keep to its segment");
    }
}
