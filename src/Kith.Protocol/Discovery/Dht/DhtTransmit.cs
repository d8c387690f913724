using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>A datagram of the DHT node; its bytes lie at the front of the caller's buffer.</summary>
/// <param name="Endpoint">Where to.</param>
/// <param name="Length">Its bytes.</param>
public readonly record struct DhtTransmit(InternetEndpoint Endpoint, int Length);
