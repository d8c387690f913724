using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>A node of the DHT: its id and where it answers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Endpoint">Its endpoint.</param>
public readonly record struct DhtContact(DhtId Id, InternetEndpoint Endpoint);
