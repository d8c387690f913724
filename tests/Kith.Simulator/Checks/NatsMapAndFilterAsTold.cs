using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>
/// Every kind of translator maps, filters and forgets as RFC 4787 has it. One machine behind it, two outside, of which one listens on two ports:
/// <code>
///   inside ── nat ── (internet) ──┬── one (5484 and another port)
///                                 └── two
/// </code>
/// </summary>
internal sealed class NatsMapAndFilterAsTold : ISimCheck
{
    private static readonly (string Name, SimNatBehaviour Behaviour)[] s_kinds =
    [
        ("full cone", SimNatBehaviour.FullCone),
        ("address-restricted", SimNatBehaviour.AddressRestricted),
        ("port-restricted", SimNatBehaviour.PortRestricted),
        ("address-dependent", SimNatBehaviour.AddressDependent),
        ("stepping", SimNatBehaviour.Stepping with { PortStep = 3 }),
        ("symmetric", SimNatBehaviour.Symmetric),
        ("port-restricted, kept by what comes in", SimNatBehaviour.PortRestricted with { InboundRefreshes = true }),
    ];

    public string Name => "nats-map-and-filter-as-told";

    public void Run(Simulation simulation)
    {
        foreach ((string name, SimNatBehaviour behaviour) in s_kinds)
        {
            simulation.Note(name);
            Try(simulation, name, behaviour with { MappingLife = TimeSpan.FromSeconds(30) });
        }
    }

    private static void Try(Simulation simulation, string name, SimNatBehaviour behaviour)
    {
        SimSegment street = simulation.Network.AddPublicSegment();
        SimSegment far = simulation.Network.AddPublicSegment();
        SimSegment home = simulation.Network.AddSegmentBehind(street, 9, behaviour);
        SimNat nat = home.Gateway!;
        SimMachine inside = ProbeHost.Add(simulation, home, 2).Machine;
        (SimMachine one, ProbeHost oneHost) = ProbeHost.Add(simulation, far, 1);
        (SimMachine two, ProbeHost twoHost) = ProbeHost.Add(simulation, far, 2);
        InternetEndpoint oneData = new(far.V4(1), SimMachine.DataPort);
        InternetEndpoint oneExtra = new(far.V4(1), one.PortOf(1, simulation.Random));
        InternetEndpoint twoData = new(far.V4(2), SimMachine.DataPort);

        // Whom the first datagram went to, and who may answer it.
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, oneData, one), $"{name}: nothing gets out");
        InternetEndpoint mapped = oneHost.LastSource;
        SimFailure.Unless(mapped.Address == nat.OutsideV4 && (behaviour.Ports != SimNatPorts.Preserving || mapped.Port == SimMachine.DataPort), $"{name}: seen from {mapped}");
        SimFailure.Unless(ProbeHost.Reaches(simulation, one, mapped, inside), $"{name}: no answer gets in");
        SimFailure.Unless(ProbeHost.Reaches(simulation, one, mapped with { Scope = 1 }, inside) == (behaviour.Filtering != SimNatDependence.AddressAndPortDependent), $"{name}: filtering of another port");
        SimFailure.Unless(ProbeHost.Reaches(simulation, two, mapped, inside) == (behaviour.Filtering == SimNatDependence.EndpointIndependent), $"{name}: filtering of another address");
        SimFailure.Unless(!ProbeHost.Reaches(simulation, one, new InternetEndpoint(home.V4(2), SimMachine.DataPort), inside), $"{name}: the inside address is reached from outside");

        // What other destinations see.
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, oneExtra, one), $"{name}: nothing gets to another port");
        InternetEndpoint forExtra = oneHost.LastSource with { Scope = 0 };
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, twoData, two), $"{name}: nothing gets to another address");
        InternetEndpoint forTwo = twoHost.LastSource;
        SimFailure.Unless((mapped == forExtra) == (behaviour.Mapping != SimNatDependence.AddressAndPortDependent), $"{name}: mapping for another port");
        SimFailure.Unless((mapped == forTwo) == (behaviour.Mapping == SimNatDependence.EndpointIndependent), $"{name}: mapping for another address");
        if (behaviour.Ports == SimNatPorts.Stepping)
        {
            SimFailure.Unless(forExtra.Port == mapped.Port + behaviour.PortStep && forTwo.Port == forExtra.Port + behaviour.PortStep, $"{name}: {mapped}, {forExtra}, {forTwo}");
        }

        // What it forgets, and when.
        simulation.RunFor(TimeSpan.FromSeconds(20));
        SimFailure.Unless(ProbeHost.Reaches(simulation, two, forTwo, inside), $"{name}: forgotten too early");
        simulation.RunFor(TimeSpan.FromSeconds(20));
        SimFailure.Unless(ProbeHost.Reaches(simulation, two, forTwo, inside) == behaviour.InboundRefreshes, $"{name}: whether what comes in keeps a mapping");
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, twoData, two) && ProbeHost.Reaches(simulation, two, twoHost.LastSource, inside), $"{name}: not mapped again");
        nat.Flush();
        SimFailure.Unless(!ProbeHost.Reaches(simulation, two, twoHost.LastSource, inside) && nat.CountSessions() == 0, $"{name}: not flushed");
        SimFailure.Unless(nat.SessionsPeak is >= 3 and <= 5, $"{name}: {nat.SessionsPeak} sessions");
    }
}
