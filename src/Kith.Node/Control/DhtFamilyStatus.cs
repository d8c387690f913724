namespace Kith.Node.Control;

/// <summary>The node in the DHT of one address family.</summary>
/// <param name="Id">Its id there, 40 hexadecimal digits.</param>
/// <param name="Nodes">How many others are in its routing table.</param>
public sealed record DhtFamilyStatus(string Id, int Nodes);
