using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Checks;

/// <summary>A host that sends what it is told and keeps what comes: to try the simulator itself.</summary>
internal sealed class ProbeHost : ISimHost
{
    private readonly Queue<(SimTransmit Transmit, byte Tag)> _outgoing = new();

    /// <summary>The first bytes of what came, and where it came from.</summary>
    public List<(InternetEndpoint Source, byte Tag)> Received { get; } = [];

    /// <inheritdoc/>
    public Instant NextTimeout => Instant.Never;

    /// <summary>Where the last datagram came from.</summary>
    public InternetEndpoint LastSource => Received[^1].Source;

    /// <summary>Starts one on a new machine that is attached as told.</summary>
    public static (SimMachine Machine, ProbeHost Host) Add(Simulation simulation, SimSegment segment, int host)
    {
        SimMachine machine = simulation.AddMachine($"p{simulation.Machines.Count + 1}");
        SimNetwork.Attach(machine, segment, host);
        ProbeHost probe = new();
        simulation.Start(machine, probe);
        return (machine, probe);
    }

    /// <summary>Sends a datagram from a machine that runs such a host, and says whether another one receives it within a second.</summary>
    public static bool Reaches(Simulation simulation, SimMachine from, InternetEndpoint to, SimMachine expected, byte timeToLive = 0, int length = 64, bool dontFragment = false)
    {
        ProbeHost receiver = (ProbeHost)expected.Host!;
        byte tag = (byte)simulation.Random.NextBelow(256);
        int before = receiver.Received.Count;
        simulation.Call(from, host => ((ProbeHost)host)._outgoing.Enqueue((new SimTransmit(SimTransmitKind.Datagram, to, length) { TimeToLive = timeToLive, DontFragment = dontFragment }, tag)));
        simulation.RunFor(TimeSpan.FromSeconds(1));
        SimFailure.Unless(receiver.Received.Count <= before + 1 && (receiver.Received.Count == before || receiver.Received[^1].Tag == tag), "something else came");
        return receiver.Received.Count > before;
    }

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Received.Add((source, datagram[0]));

    /// <inheritdoc/>
    public void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
    }

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now)
    {
    }

    /// <inheritdoc/>
    public void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces)
    {
    }

    /// <inheritdoc/>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit)
    {
        bool any = _outgoing.TryDequeue(out (SimTransmit Transmit, byte Tag) next);
        transmit = next.Transmit;
        buffer[..transmit.Length].Fill(next.Tag);
        return any;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
