using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;
using Kith.Simulator.Disk;
using Kith.Simulator.Net;

namespace Kith.Simulator.Nodes;

/// <summary>A whole node on a simulated machine, as the shell would run it without a fast path.</summary>
internal sealed class SimNode : ISimHost
{
    private readonly Simulation _simulation;
    private readonly SimMachine _machine;

    /// <summary>Starts from what the machine's disk holds.</summary>
    public SimNode(Simulation simulation, SimMachine machine, NodeKey key, SeededRandom random, RelayLedger relayed, NodeCoreOptions options)
    {
        _simulation = simulation;
        _machine = machine;
        Core = new NodeCore(key, options, new SimStore(machine.Disk), random, simulation.Now(machine))
        {
            PassedOn = (in RelayFrame relay) =>
            {
                RelayedCount++;
                relayed.NotePassedOn(machine, simulation.Clock.Elapsed, relay);
            },
            Wrapped = (in RelayFrame relay) => relayed.NoteSent(machine, relay),
        };
    }

    /// <summary>The node.</summary>
    public NodeCore Core { get; }

    /// <summary>How many datagrams it passed on for others.</summary>
    public long RelayedCount { get; private set; }

    /// <summary>Everything it told since it started.</summary>
    public List<NodeEvent> Events { get; } = [];

    /// <summary>Packets that came out of the tunnel.</summary>
    public List<byte[]> TunPackets { get; } = [];

    /// <summary>What runs on the node; null if nothing does.</summary>
    public ISimApplication? Application { get; set; }

    /// <summary>Is shown packets that come out of the tunnel in place of <see cref="TunPackets"/>.</summary>
    public PacketHandler? TunPacketCame { get; set; }

    /// <inheritdoc/>
    public Instant NextTimeout => Core.NextTimeout;

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Core.HandleDatagram(now, source, datagram);

    /// <inheritdoc/>
    public void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Core.HandleLanDatagram(now, source, datagram);

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now) => Core.HandleTimeout(now);

    /// <inheritdoc/>
    public void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces) =>
        Core.HandleLocalAddresses(now, [.. interfaces.SelectMany(attached => attached.Segment.Prefixes(attached.Host))]);

    /// <inheritdoc/>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit)
    {
        TakeEvents();
        if (Application is { HasWork: true } application)
        {
            application.Work(now);
            Core.HandleApplications(now);
        }

        bool any = Core.TryGetTransmit(now, buffer, out NodeTransmit next);
        SimTransmitKind kind = next.Kind switch
        {
            NodeTransmitKind.Datagram => SimTransmitKind.Datagram,
            NodeTransmitKind.LanMulticast => SimTransmitKind.Multicast,
            NodeTransmitKind.LanUnicast => SimTransmitKind.FromMulticastPort,
            _ => SimTransmitKind.Tun,
        };
        transmit = new SimTransmit(kind, next.Endpoint, next.Length) { TimeToLive = next.Ttl, DontFragment = next.DontFragment };
        if (any && kind == SimTransmitKind.Tun)
        {
            if (TunPacketCame is { } came)
            {
                came(buffer[..next.Length]);
            }
            else
            {
                TunPackets.Add(buffer[..next.Length].ToArray());
            }
        }

        return any;
    }

    /// <inheritdoc/>
    public void Dispose() => Core.Dispose();

    private void TakeEvents()
    {
        while (Core.TryGetEvent(out NodeEvent? nodeEvent))
        {
            Events.Add(nodeEvent!);
            if (nodeEvent is NodeEvent.SocketDone done)
            {
                _machine.ExtraSockets.Remove(done.Socket);
            }

            _simulation.Note($"{_machine}: {NodeEventText.Describe(nodeEvent!)}");
        }
    }
}
