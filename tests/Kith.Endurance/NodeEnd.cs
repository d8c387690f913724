using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>A whole node at the wire. Its events are counted and dropped.</summary>
internal sealed class NodeEnd : IWireEnd, IDisposable
{
    public NodeEnd(NodeCore core, InternetEndpoint endpoint, ClockReading now)
    {
        Core = core;
        Endpoint = endpoint;
        core.HandleLocalAddresses(now, [new InternetPrefix(endpoint.Address, 8)]);
    }

    /// <summary>The node.</summary>
    public NodeCore Core { get; }

    /// <inheritdoc/>
    public InternetEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public Instant NextTimeout => Core.NextTimeout;

    /// <inheritdoc/>
    public void HandleTimeout(ClockReading now) => Core.HandleTimeout(now);

    /// <inheritdoc/>
    public void HandleDatagram(ClockReading now, InternetEndpoint source, Span<byte> datagram) => Core.HandleDatagram(now, source, datagram);

    /// <inheritdoc/>
    public int TakeDatagram(ClockReading now, Span<byte> buffer, out InternetEndpoint destination)
    {
        while (Core.TryGetEvent(out _))
        {
            // Nobody asks here.
        }

        while (Core.TryGetTransmit(now, buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind == NodeTransmitKind.Datagram)
            {
                destination = transmit.Endpoint;
                return transmit.Length;
            }
        }

        destination = default;
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Core.Dispose();
}
