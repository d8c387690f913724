using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>
/// The router between one segment and another, which translates IPv4 and may filter IPv6. Many can stand in a row: then the outside of one is the inside of the next.
/// </summary>
internal sealed class SimNat(Simulation simulation, string name, SimSegment inside, SimSegment outside, int host, SimNatBehaviour behaviour, SeededRandom random)
{
    private const int FirstPort = 1024;
    private const int PortsCount = 65536 - FirstPort;

    private readonly Dictionary<SimNatKey, SimNatMapping> _byKey = [];
    private readonly Dictionary<InternetEndpoint, SimNatMapping> _byOutside = [];
    private int _sessions;
    private int _lastPort = FirstPort + random.NextBelow(PortsCount);
    private Instant _nextSweep;

    /// <summary>The segment it serves.</summary>
    public SimSegment Inside { get; } = inside;

    /// <summary>The segment it is attached to like any machine.</summary>
    public SimSegment Outside { get; } = outside;

    /// <summary>Its address out there.</summary>
    public InternetAddress OutsideV4 { get; private set; } = outside.V4(host);

    /// <summary>How it behaves. A change holds for what is mapped afterwards.</summary>
    public SimNatBehaviour Behaviour { get; set; } = behaviour;

    /// <summary>The most sessions it held at once.</summary>
    public int SessionsPeak { get; private set; }

    /// <summary>Datagrams dropped because the table was full.</summary>
    public int Refused { get; private set; }

    /// <summary>Forgets everything, as after a restart.</summary>
    public void Flush()
    {
        simulation.Note($"{name} forgets everything");
        _byKey.Clear();
        _byOutside.Clear();
        _sessions = 0;
    }

    /// <summary>Gets another address from its provider, and forgets everything.</summary>
    public void Renumber(int newHost)
    {
        OutsideV4 = Outside.V4(newHost);
        Flush();
    }

    /// <summary>How many sessions are alive.</summary>
    public int CountSessions()
    {
        Sweep();
        return _sessions;
    }

    /// <summary>A datagram from inside that goes further; returns why not, or null and the datagram is changed.</summary>
    public string? PassOut(SimDatagram datagram)
    {
        if (!datagram.TryPassRouters(1))
        {
            return "died of age";
        }

        if (!Behaviour.PassesUdp)
        {
            return "no UDP";
        }

        bool isV4 = datagram.Source.Address.IsV4;
        if (!isV4 && !Behaviour.FiltersV6)
        {
            return null;
        }

        InternetEndpoint remote = datagram.Destination with { Scope = 0 };
        SimNatKey key = new(datagram.Source, isV4 ? Reduce(remote, Behaviour.Mapping) : default);
        SimNatMapping? mapping = Find(key);
        bool isAnswered = false;
        if (mapping is not null && mapping.Sessions.TryGetValue(remote, out (Instant Last, bool IsAnswered) session))
        {
            isAnswered = session.IsAnswered;
        }
        else
        {
            SweepIfDue(_sessions >= Behaviour.SessionsMax);
            if (_sessions >= Behaviour.SessionsMax)
            {
                Refused++;
                return "table full";
            }

            mapping = Find(key) ?? Map(key, remote, isV4);
            mapping.Sessions.Add(remote, (simulation.Clock.Now, false));
            _sessions++;
            SessionsPeak = Math.Max(SessionsPeak, _sessions);
        }

        mapping.LastUsed = simulation.Clock.Now;
        mapping.Sessions[remote] = (simulation.Clock.Now, isAnswered);
        datagram.Source = mapping.Outside;
        return null;
    }

    /// <summary>A datagram from outside for one of the outside endpoints; returns why it is not let in, or null and the datagram is changed.</summary>
    public string? PassIn(SimDatagram datagram)
    {
        if (!datagram.TryPassRouters(1))
        {
            return "died of age";
        }

        if (!Behaviour.PassesUdp)
        {
            return "no UDP";
        }

        bool isV4 = datagram.Destination.Address.IsV4;
        if (!isV4 && !Behaviour.FiltersV6)
        {
            return null;
        }

        if (!_byOutside.TryGetValue(datagram.Destination with { Scope = 0 }, out SimNatMapping? mapping) || IsOld(mapping.LastUsed))
        {
            return "not mapped";
        }

        SimNatDependence filtering = isV4 ? Behaviour.Filtering : SimNatDependence.AddressAndPortDependent;
        InternetEndpoint from = Reduce(datagram.Source, filtering);
        KeyValuePair<InternetEndpoint, (Instant Last, bool IsAnswered)> session = mapping.Sessions.FirstOrDefault(known => Reduce(known.Key, filtering) == from && !IsOld(known.Value));
        if (session.Key.IsNone)
        {
            return "filtered";
        }

        mapping.Sessions[session.Key] = (Behaviour.InboundRefreshes ? simulation.Clock.Now : session.Value.Last, true);
        if (Behaviour.InboundRefreshes)
        {
            mapping.LastUsed = simulation.Clock.Now;
        }

        datagram.Destination = mapping.Key.Inside;
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    private static InternetEndpoint Reduce(InternetEndpoint remote, SimNatDependence dependence) => dependence switch
    {
        SimNatDependence.EndpointIndependent => default,
        SimNatDependence.AddressDependent => remote with { Port = 0 },
        _ => remote,
    };

    private bool IsOld((Instant Last, bool IsAnswered) session) =>
        IsOld(session.Last) || (!session.IsAnswered && simulation.Clock.Now - session.Last > Behaviour.UnansweredLife);

    private bool IsOld(Instant lastUsed) => simulation.Clock.Now - lastUsed > Behaviour.MappingLife;

    private SimNatMapping? Find(SimNatKey key)
    {
        if (!_byKey.TryGetValue(key, out SimNatMapping? mapping) || !IsOld(mapping.LastUsed))
        {
            return mapping;
        }

        Forget(mapping);
        return null;
    }

    private SimNatMapping Map(SimNatKey key, InternetEndpoint remote, bool isV4)
    {
        SimNatMapping mapping = new(key, isV4 ? new InternetEndpoint(OutsideV4, ChoosePort(key.Inside.Port)) : key.Inside);
        _byKey[key] = mapping;
        _byOutside[mapping.Outside] = mapping;
        simulation.Note($"{name} maps {key.Inside} to {mapping.Outside} for {remote}");
        return mapping;
    }

    private ushort ChoosePort(ushort insidePort)
    {
        int port = Behaviour.Ports switch
        {
            SimNatPorts.Preserving => insidePort,
            SimNatPorts.Random => FirstPort + random.NextBelow(PortsCount),
            _ => Step(_lastPort, Behaviour.PortStep),
        };
        for (int tries = 0; !IsFree(port) && tries < PortsCount; tries++)
        {
            port = Behaviour.Ports == SimNatPorts.Stepping ? Step(port, 1) : FirstPort + random.NextBelow(PortsCount);
        }

        _lastPort = port;
        return (ushort)port;
    }

    private bool IsFree(int port) => !_byOutside.TryGetValue(new InternetEndpoint(OutsideV4, (ushort)port), out SimNatMapping? taken) || IsOld(taken.LastUsed);

    private static int Step(int port, int by) => FirstPort + ((port - FirstPort + by) % PortsCount);

    private void SweepIfDue(bool isFull)
    {
        if (isFull || simulation.Clock.Now >= _nextSweep)
        {
            _nextSweep = simulation.Clock.Now + TimeSpan.FromSeconds(1);
            Sweep();
        }
    }

    private void Sweep()
    {
        foreach (SimNatMapping mapping in _byKey.Values.ToArray())
        {
            foreach ((InternetEndpoint remote, (Instant Last, bool IsAnswered) session) in mapping.Sessions.ToArray())
            {
                if (IsOld(session))
                {
                    mapping.Sessions.Remove(remote);
                    _sessions--;
                }
            }

            if (IsOld(mapping.LastUsed))
            {
                Forget(mapping);
            }
        }
    }

    private void Forget(SimNatMapping mapping)
    {
        _byKey.Remove(mapping.Key);
        if (_byOutside.TryGetValue(mapping.Outside, out SimNatMapping? current) && current == mapping)
        {
            _byOutside.Remove(mapping.Outside);
        }

        _sessions -= mapping.Sessions.Count;
    }
}
