using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Dht;

/// <summary>A DHT of plain nodes on the public side of a simulation, each in a /24 of its own; the first is the one that all begin with.</summary>
internal sealed class DhtTown
{
    private readonly Simulation _simulation;
    private readonly SimSegment _segment;
    private readonly List<SimMachine> _machines = [];

    public DhtTown(Simulation simulation, int nodes)
    {
        _simulation = simulation;
        _segment = simulation.Network.AddPublicSegment();
        for (int i = 0; i < nodes; i++)
        {
            Add();
        }
    }

    /// <summary>The plain nodes.</summary>
    public IReadOnlyList<SimMachine> Machines => _machines;

    /// <summary>How a member takes part in this DHT.</summary>
    public DhtOptions Options => new() { Bootstrap = [First] };

    private InternetEndpoint First => new(_segment.V4(HostOf(0)), SimMachine.DataPort);

    /// <summary>Adds one more.</summary>
    public void Add()
    {
        SimMachine machine = _simulation.AddMachine($"d{_machines.Count}");
        SimNetwork.Attach(machine, _segment, HostOf(_machines.Count));
        _machines.Add(machine);
        Start(machine);
    }

    /// <summary>Starts one that is down, with another id and an empty table.</summary>
    public void Start(SimMachine machine)
    {
        bool isFirst = machine == _machines[0];
        DhtOptions options = new() { IsFirst = isFirst, Bootstrap = isFirst ? [] : [First] };
        _simulation.Start(machine, new DhtHost(new DhtMachine(options, _simulation.Random.Fork($"dht {machine} {_simulation.Clock.Elapsed}"), _simulation.Now(machine))));
    }

    private static int HostOf(int index) => (256 * (index + 1)) + 1;
}
