namespace Kith.Node.Control;

/// <summary>Puts an item into the DHT. It is signed already: no secret key goes to the node.</summary>
/// <param name="Item">The item; its target is not looked at.</param>
/// <param name="Cas">The sequence number that the item it replaces must have; null for any.</param>
public sealed record DhtPutRequest(DhtItemValue Item, long? Cas);
