using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>
/// Carries datagrams between machines: who reaches whom, and how late, how often and whether at all. Chance comes from the simulation's seed.
/// </summary>
internal sealed partial class SimNetwork(Simulation simulation, SeededRandom random)
{
    /// <summary>Routers that every datagram passes between two segments.</summary>
    public const int InternetRouters = 5;

    private static readonly (byte First, byte Second)[] s_privateNetworks = [(192, 168), (172, 20), (10, 255)];

    private readonly HashSet<(SimMachine From, SimMachine To)> _blocked = [];
    private readonly Dictionary<SimMachine, int> _sides = [];
    private readonly List<SimSegment> _segments = [];

    /// <summary>How well the Internet between segments carries.</summary>
    public LinkConditions Internet { get; set; } = LinkConditions.Internet;

    /// <summary>What else happens to datagrams on their way; null for nothing.</summary>
    public SimWeather? Weather { get; set; }

    /// <summary>Is shown everything that a machine hands in for one endpoint, before anything happens to it.</summary>
    public WireWatch? Watch { get; set; }

    /// <summary>Is shown everything that arrives at a machine.</summary>
    public Action<SimMachine, byte[]>? Arrived { get; set; }

    /// <summary>Listens on the wire: is shown every datagram that is carried to a data port, and who sent it.</summary>
    public Action<SimMachine, byte[]>? Tap { get; set; }

    /// <summary>Datagrams handed in.</summary>
    public long Sent { get; private set; }

    /// <summary>Datagrams that were carried; more than sent where some are duplicated.</summary>
    public long Carried { get; private set; }

    /// <summary>Bytes handed in.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Adds a LAN.</summary>
    public SimSegment AddSegment(bool isRouted = true) => Add(new SimSegment(_segments.Count + 1, isRouted));

    /// <summary>Adds a LAN of the Internet with addresses that are no private ones.</summary>
    public SimSegment AddPublicSegment(bool hasV4 = true, bool hasV6 = true) =>
        Add(new SimSegment(_segments.Count + 1, isRouted: true) { V4Network = (203, (byte)(_segments.Count + 1)), HasV4 = hasV4, HasV6 = hasV6 });

    /// <summary>Adds a LAN with IPv6 alone behind a firewall.</summary>
    public SimSegment AddV6SegmentBehind(SimSegment outside, int host, SimNatBehaviour behaviour) => Connect(new SimSegment(_segments.Count + 1, isRouted: false) { HasV4 = false }, outside, host, behaviour);

    /// <summary>Adds a LAN behind a translator, whose outside is another one. Many such LANs have the same IPv4 addresses.</summary>
    public SimSegment AddSegmentBehind(SimSegment outside, int host, SimNatBehaviour behaviour, bool hasV6 = false, (byte First, byte Second)? v4Network = null)
    {
        int index = _segments.Count + 1;
        return Connect(new SimSegment(index, isRouted: false) { V4Network = v4Network ?? s_privateNetworks[index % s_privateNetworks.Length], HasV6 = hasV6 }, outside, host, behaviour);
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

    private SimSegment Connect(SimSegment segment, SimSegment outside, int host, SimNatBehaviour behaviour)
    {
        segment.ConnectThrough(new SimNat(simulation, $"nat{segment.Index}", segment, outside, host, behaviour, random.Fork($"nat {segment.Index}")));
        return Add(segment);
    }

    private SimSegment Add(SimSegment segment)
    {
        _segments.Add(segment);
        return segment;
    }
}
