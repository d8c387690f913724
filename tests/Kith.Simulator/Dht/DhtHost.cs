using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;

namespace Kith.Simulator.Dht;

/// <summary>A plain node of the DHT that knows nothing of Kith.</summary>
internal sealed class DhtHost(DhtMachine machine) : ISimHost
{
    /// <summary>The node.</summary>
    public DhtMachine Machine { get; } = machine;

    /// <inheritdoc/>
    public Instant NextTimeout => Machine.NextTimeout;

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Machine.HandleDatagram(now, source, datagram);

    /// <inheritdoc/>
    public void HandleLanDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram)
    {
    }

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now) => Machine.HandleTimeout(now);

    /// <inheritdoc/>
    public void HandleLocalAddresses(ClockReading now, IReadOnlyList<SimInterface> interfaces)
    {
    }

    /// <inheritdoc/>
    public bool TryGetTransmit(ClockReading now, Span<byte> buffer, out SimTransmit transmit)
    {
        while (Machine.TryGetEvent(out _))
        {
            // Nobody here has asked for anything.
        }

        bool any = Machine.TryGetTransmit(buffer, out DhtTransmit next);
        transmit = new SimTransmit(SimTransmitKind.Datagram, next.Endpoint, next.Length);
        return any;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
