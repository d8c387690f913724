using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>
/// Carries datagrams between machines: who reaches whom, and how late, how often and whether at all. Chance comes from the simulation's seed.
/// </summary>
internal sealed class SimNetwork(Simulation simulation, SeededRandom random)
{
    private const int V4HeaderBytes = 28;
    private const int V6HeaderBytes = 48;

    private readonly HashSet<(SimMachine From, SimMachine To)> _blocked = [];
    private readonly Dictionary<SimMachine, int> _sides = [];
    private readonly List<SimSegment> _segments = [];

    /// <summary>How well the Internet between segments carries.</summary>
    public LinkConditions Internet { get; set; } = LinkConditions.Internet;

    /// <summary>Listens on the wire: is shown every datagram that is carried to a data port, and who sent it.</summary>
    public Action<SimMachine, byte[]>? Tap { get; set; }

    /// <summary>Datagrams handed in.</summary>
    public long Sent { get; private set; }

    /// <summary>Datagrams that were carried; more than sent where some are duplicated.</summary>
    public long Carried { get; private set; }

    /// <summary>Bytes handed in.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Adds a LAN.</summary>
    public SimSegment AddSegment(bool isRouted = true)
    {
        SimSegment segment = new(_segments.Count + 1, isRouted);
        _segments.Add(segment);
        return segment;
    }

    /// <summary>Plugs a machine in; its host is told by <see cref="Simulation.AnnounceAddresses"/>.</summary>
    public static void Attach(SimMachine machine, SimSegment segment, int host)
    {
        SimInterface attached = new(machine, segment, host, (uint)machine.Interfaces.Count + 1);
        machine.Interfaces.Add(attached);
        segment.Interfaces.Add(attached);
    }

    /// <summary>Unplugs a machine from everything.</summary>
    public static void DetachAll(SimMachine machine)
    {
        foreach (SimInterface attached in machine.Interfaces)
        {
            attached.Segment.Interfaces.Remove(attached);
        }

        machine.Interfaces.Clear();
    }

    /// <summary>Nothing goes from one machine to the other any more; the other way is another matter.</summary>
    public void Block(SimMachine from, SimMachine to) => _blocked.Add((from, to));

    /// <summary>Takes a block back.</summary>
    public void Unblock(SimMachine from, SimMachine to) => _blocked.Remove((from, to));

    /// <summary>Machines in different groups reach each other no more; machines in no group reach everyone.</summary>
    public void Partition(params IEnumerable<SimMachine>[] groups)
    {
        _sides.Clear();
        for (int i = 0; i < groups.Length; i++)
        {
            foreach (SimMachine machine in groups[i])
            {
                _sides[machine] = i;
            }
        }
    }

    /// <summary>Ends partition and blocks.</summary>
    public void Heal()
    {
        _sides.Clear();
        _blocked.Clear();
    }

    /// <summary>Whether datagrams from one machine may get to the other at all.</summary>
    public bool IsOpen(SimMachine from, SimMachine to) =>
        !_blocked.Contains((from, to)) && (!_sides.TryGetValue(from, out int a) || !_sides.TryGetValue(to, out int b) || a == b);

    /// <summary>Sends to one endpoint.</summary>
    public void Send(SimMachine from, ushort sourcePort, InternetEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        Sent++;
        SentBytes += datagram.Length;
        if (TryFindWay(from, destination, out SimInterface? source, out SimInterface? target))
        {
            InternetAddress address = destination.Address.IsLinkLocalV6 ? source!.LinkLocal : destination.Address.IsV4 ? source!.V4 : source!.V6;
            Carry(source!, new InternetEndpoint(address, sourcePort, destination.Address.IsLinkLocalV6 ? target!.Scope : 0), target!, destination.Port, datagram);
        }
        else
        {
            simulation.Trace.Add(simulation.Clock.Elapsed, $"{from} -x {destination}: no way");
        }
    }

    /// <summary>Sends to everyone else on each of the machine's segments, over both families.</summary>
    public void SendMulticast(SimMachine from, ReadOnlySpan<byte> datagram)
    {
        foreach (SimInterface source in from.Interfaces.Where(attached => attached.Segment.HasMulticast))
        {
            Sent += 2;
            SentBytes += 2 * datagram.Length;
            foreach (SimInterface target in source.Segment.Interfaces.Where(target => target.Machine != from).ToArray())
            {
                Carry(source, new InternetEndpoint(source.V4, SimMachine.MulticastPort), target, SimMachine.MulticastPort, datagram);
                Carry(source, new InternetEndpoint(source.LinkLocal, SimMachine.MulticastPort, target.Scope), target, SimMachine.MulticastPort, datagram);
            }
        }
    }

    private bool TryFindWay(SimMachine from, InternetEndpoint destination, out SimInterface? source, out SimInterface? target)
    {
        source = from.Interfaces.Find(attached =>
            (!destination.Address.IsLinkLocalV6 || attached.Scope == destination.Scope) && attached.Segment.Interfaces.Exists(other => other.Owns(destination.Address)));
        if (source is not null)
        {
            target = source.Segment.Interfaces.Find(other => other.Owns(destination.Address));
            return true;
        }

        target = null;
        source = from.Interfaces.Find(attached => attached.Segment.IsRouted);
        if (source is not null && !destination.Address.IsLinkLocalV6)
        {
            target = _segments.Where(segment => segment.IsRouted).SelectMany(segment => segment.Interfaces).FirstOrDefault(other => other.Owns(destination.Address));
        }

        return target is not null;
    }

    private void Carry(SimInterface source, InternetEndpoint sourceEndpoint, SimInterface target, ushort port, ReadOnlySpan<byte> datagram)
    {
        LinkConditions conditions = source.Segment == target.Segment ? source.Segment.Conditions : Internet;
        int packetBytes = datagram.Length + (sourceEndpoint.Address.IsV4 ? V4HeaderBytes : V6HeaderBytes);
        string what = $"{source.Machine} -> {target.Machine} {SimPackets.Describe(port, datagram)}";

        // Drawn in this order whatever happens, so that a blocked link does not change what becomes of the datagrams after it.
        bool lost = random.Happens(conditions.LossShare);
        bool twice = random.Happens(conditions.DuplicateShare);
        TimeSpan delay = conditions.Delay + random.NextSpan(conditions.Jitter) + (random.Happens(conditions.ReorderShare) ? random.NextSpan(conditions.ReorderDelay) : TimeSpan.Zero);
        if (!IsOpen(source.Machine, target.Machine) || lost || packetBytes > conditions.MtuBytes)
        {
            simulation.Trace.Add(simulation.Clock.Elapsed, $"{what}: {(lost ? "lost" : packetBytes > conditions.MtuBytes ? "too large" : "blocked")}", datagram);
            return;
        }

        simulation.Trace.Add(simulation.Clock.Elapsed, what, datagram);
        Deliver(delay, source.Machine, sourceEndpoint, target, port, datagram);
        if (twice)
        {
            Deliver(delay + random.NextSpan(conditions.ReorderDelay), source.Machine, sourceEndpoint, target, port, datagram);
        }
    }

    private void Deliver(TimeSpan delay, SimMachine sender, InternetEndpoint source, SimInterface target, ushort port, ReadOnlySpan<byte> datagram)
    {
        Carried++;
        byte[] copy = datagram.ToArray();
        if (port == SimMachine.DataPort)
        {
            Tap?.Invoke(sender, [.. copy]);
        }

        simulation.Plan(delay, () =>
        {
            // Unplugged or moved while the datagram was on its way: then nobody is there to take it.
            if (target.Machine.Interfaces.Contains(target))
            {
                simulation.Arrive(target.Machine, source, port, copy);
            }
        });
    }
}
