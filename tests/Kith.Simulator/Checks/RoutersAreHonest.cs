using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>
/// What translators and routers do beside mapping: age, size, tables with an end, hairpins, translators in a row, firewalls, and hosts with more than one socket.
/// </summary>
internal sealed class RoutersAreHonest : ISimCheck
{
    public string Name => "routers-count-cut-and-filter-as-told";

    public void Run(Simulation simulation)
    {
        SimSegment far = simulation.Network.AddPublicSegment();
        (SimMachine server, ProbeHost serverHost) = ProbeHost.Add(simulation, far, 1);
        Age(simulation, server, serverHost);
        Size(simulation, server);
        FullTable(simulation, server);
        Neighbours(simulation, server, serverHost);
        Firewall(simulation, server);
        Sockets(simulation, server, serverHost);
        Blocked(simulation, server);
    }

    private static InternetEndpoint At(InternetAddress address) => new(address, SimMachine.DataPort);

    private static SimSegment Home(Simulation simulation, SimNatBehaviour behaviour, bool hasV6 = false) =>
        simulation.Network.AddSegmentBehind(simulation.Network.AddPublicSegment(), 9, behaviour, hasV6);

    /// <summary>A datagram that dies on its way opens the sender's translator and not the receiver's.</summary>
    private static void Age(Simulation simulation, SimMachine server, ProbeHost serverHost)
    {
        SimSegment[] homes = [Home(simulation, SimNatBehaviour.PortRestricted), Home(simulation, SimNatBehaviour.PortRestricted)];
        SimMachine[] inside = [.. homes.Select(home => ProbeHost.Add(simulation, home, 2).Machine)];
        InternetEndpoint[] outside = [.. homes.Select(home => At(home.Gateway!.OutsideV4))];
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside[0], At(server.Interfaces[0].V4), server, timeToLive: 1), "age 1 passes a router");
        SimFailure.Unless(homes[0].Gateway!.SessionsPeak == 0, "age 1 opens a translator");
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside[0], outside[1], inside[1], timeToLive: 3), "age 3 passes the Internet");
        SimFailure.Unless(!ProbeHost.Reaches(simulation, server, outside[0], inside[0]), "a translator lets in whom nothing was sent to");
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside[1], outside[0], inside[0]), "an opener opens nothing");
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside[0], outside[1], inside[1]), "two open translators carry nothing");
        byte needed = SimNetwork.InternetRouters + 2;
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside[0], At(server.Interfaces[0].V4), server, timeToLive: needed), $"age {needed} is not enough");
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside[0], At(server.Interfaces[0].V4), server, timeToLive: (byte)(needed - 1)), $"age {needed - 1} is enough");
        SimFailure.Unless(serverHost.Received.Count == 1, "something else came");
    }

    private static void Size(Simulation simulation, SimMachine server)
    {
        SimSegment home = Home(simulation, SimNatBehaviour.FullCone);
        SimMachine inside = ProbeHost.Add(simulation, home, 2).Machine;
        InternetEndpoint to = At(server.Interfaces[0].V4);
        home.Line = LinkConditions.Cable with { MtuBytes = 1400, PassesFragments = true };
        simulation.Network.Internet = simulation.Network.Internet with { PassesFragments = true };
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, to, server, length: 1372, dontFragment: true), "what fits does not pass");
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside, to, server, length: 1373, dontFragment: true), "what does not fit passes in one piece");
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, to, server, length: 1373), "what does not fit passes in no pieces");
        home.Line = home.Line with { PassesFragments = false };
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside, to, server, length: 1373), "pieces pass where none do");
    }

    private static void FullTable(Simulation simulation, SimMachine server)
    {
        const int Room = 10;
        SimSegment home = Home(simulation, SimNatBehaviour.Symmetric with { SessionsMax = Room, MappingLife = TimeSpan.FromSeconds(60) });
        SimMachine inside = ProbeHost.Add(simulation, home, 2).Machine;
        int reached = Enumerable.Range(1, Room + 2).Count(socket => ProbeHost.Reaches(simulation, inside, At(server.Interfaces[0].V4) with { Scope = (uint)socket }, server));
        SimFailure.Unless(reached == Room && home.Gateway!.Refused == 2 && home.Gateway.SessionsPeak == Room, $"{reached} sessions where {Room} have room, {home.Gateway!.Refused} refused");
        simulation.RunFor(TimeSpan.FromSeconds(61));
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, At(server.Interfaces[0].V4), server) && home.Gateway.CountSessions() == 1, "old sessions keep their place");
    }

    /// <summary>Two machines behind one translator, and two homes behind one provider's.</summary>
    private static void Neighbours(Simulation simulation, SimMachine server, ProbeHost serverHost)
    {
        foreach (bool hairpins in new[] { false, true })
        {
            SimSegment carrier = simulation.Network.AddSegmentBehind(simulation.Network.AddPublicSegment(), 9, SimNatBehaviour.FullCone with { Hairpins = hairpins }, v4Network: (100, 70));
            SimSegment[] homes = [.. Enumerable.Range(1, 2).Select(host => simulation.Network.AddSegmentBehind(carrier, host, SimNatBehaviour.FullCone))];
            SimMachine[] inside = [.. homes.Select(home => ProbeHost.Add(simulation, home, 2).Machine)];
            InternetEndpoint[] outside = new InternetEndpoint[2];
            for (int i = 0; i < 2; i++)
            {
                SimFailure.Unless(ProbeHost.Reaches(simulation, inside[i], At(server.Interfaces[0].V4), server), "nothing passes two translators");
                outside[i] = serverHost.LastSource;
                SimFailure.Unless(outside[i].Address == carrier.Gateway!.OutsideV4, $"seen from {outside[i]}");
                SimFailure.Unless(ProbeHost.Reaches(simulation, server, outside[i], inside[i]), "no answer passes two translators");
            }

            SimFailure.Unless(outside[0].Port != outside[1].Port, "two homes have one port");
            SimFailure.Unless(ProbeHost.Reaches(simulation, inside[0], outside[1], inside[1]) == hairpins, $"through the provider's hairpin, which there is: {hairpins}");
            SimFailure.Unless(ProbeHost.Reaches(simulation, inside[0], At(homes[1].Gateway!.OutsideV4), inside[1]), "one home does not reach the other through what the router says is its address");
        }
    }

    private static void Firewall(Simulation simulation, SimMachine server)
    {
        foreach (bool filters in new[] { false, true })
        {
            SimSegment home = Home(simulation, SimNatBehaviour.FullCone with { FiltersV6 = filters }, hasV6: true);
            SimMachine inside = ProbeHost.Add(simulation, home, 2).Machine;
            SimFailure.Unless(ProbeHost.Reaches(simulation, server, At(home.V6(2)), inside) == !filters, $"IPv6 without a firewall: {!filters}");
            SimFailure.Unless(ProbeHost.Reaches(simulation, inside, At(server.Interfaces[0].V6), server), "IPv6 does not get out");
            SimFailure.Unless(ProbeHost.Reaches(simulation, server, At(home.V6(2)), inside), "an answer over IPv6 does not get in");
            SimFailure.Unless(((ProbeHost)server.Host!).LastSource == At(home.V6(2)), "IPv6 was translated");
        }
    }

    private static void Sockets(Simulation simulation, SimMachine server, ProbeHost serverHost)
    {
        SimSegment home = Home(simulation, SimNatBehaviour.PortRestricted);
        (SimMachine inside, ProbeHost insideHost) = ProbeHost.Add(simulation, home, 2);
        InternetEndpoint to = At(server.Interfaces[0].V4);
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, to, server), "the data socket does not send");
        InternetEndpoint data = serverHost.LastSource;
        SimFailure.Unless(ProbeHost.Reaches(simulation, inside, to with { Scope = 7 }, server), "an extra socket does not send");
        InternetEndpoint extra = serverHost.LastSource;
        SimFailure.Unless(data.Port != extra.Port, "an extra socket has the data socket's port");
        SimFailure.Unless(ProbeHost.Reaches(simulation, server, extra, inside) && insideHost.LastSource == to with { Scope = 7 }, "an extra socket does not receive");
        SimFailure.Unless(ProbeHost.Reaches(simulation, server, data, inside) && insideHost.LastSource == to, "the data socket does not receive");
        inside.ExtraSockets.Remove(7);
        SimFailure.Unless(!ProbeHost.Reaches(simulation, server, extra, inside), "a closed socket receives");
    }

    private static void Blocked(Simulation simulation, SimMachine server)
    {
        SimMachine inside = ProbeHost.Add(simulation, Home(simulation, SimNatBehaviour.UdpBlocked), 2).Machine;
        SimFailure.Unless(!ProbeHost.Reaches(simulation, inside, At(server.Interfaces[0].V4), server), "UDP passes where it is blocked");
    }
}
