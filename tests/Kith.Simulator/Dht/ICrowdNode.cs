using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Dht;

/// <summary>Somebody in a <see cref="DhtCrowd"/>.</summary>
internal interface ICrowdNode
{
    /// <summary>Where it is.</summary>
    InternetEndpoint Endpoint { get; }

    /// <summary>When it wants to be called; <see cref="Instant.Never"/> if it only answers.</summary>
    Instant NextTimeout { get; }

    /// <summary>Takes a datagram.</summary>
    void HandleDatagram(Instant now, InternetEndpoint source, byte[] datagram);

    /// <summary>Does what is due.</summary>
    void HandleTimeout(Instant now);

    /// <summary>Takes the next datagram to send.</summary>
    bool TryGetTransmit(Span<byte> buffer, out DhtTransmit transmit);
}
