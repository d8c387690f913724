using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Dht;

/// <summary>An honest node: the real one, and what it has told.</summary>
internal sealed class CrowdNode(InternetEndpoint endpoint, DhtMachine machine) : ICrowdNode
{
    /// <inheritdoc/>
    public InternetEndpoint Endpoint { get; } = endpoint;

    /// <summary>The node.</summary>
    public DhtMachine Machine { get; } = machine;

    /// <summary>What came of its operations.</summary>
    public Dictionary<long, CrowdResult> Results { get; } = [];

    /// <inheritdoc/>
    public Instant NextTimeout => Machine.NextTimeout;

    /// <inheritdoc/>
    public void HandleDatagram(Instant now, InternetEndpoint source, byte[] datagram) => Machine.HandleDatagram(now, source, datagram);

    /// <inheritdoc/>
    public void HandleTimeout(Instant now) => Machine.HandleTimeout(now);

    /// <inheritdoc/>
    public bool TryGetTransmit(Span<byte> buffer, out DhtTransmit transmit)
    {
        while (Machine.TryGetEvent(out DhtEvent? dhtEvent))
        {
            if (dhtEvent is DhtEvent.ItemFound found && Results.TryGetValue(found.Operation, out CrowdResult? result))
            {
                result.Found = found.Item;
                result.Hops = result.Hops == 0 ? found.Hops : result.Hops;
            }
            else if (dhtEvent is DhtEvent.Ended ended && Results.TryGetValue(ended.Operation, out result))
            {
                result.IsOver = true;
                result.Stored = ended.Stored;
                result.Queries = ended.Queries;
            }
        }

        return Machine.TryGetTransmit(buffer, out transmit);
    }
}
