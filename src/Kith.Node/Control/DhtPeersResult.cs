namespace Kith.Node.Control;

/// <summary>Who announced an info-hash, as strangers say.</summary>
/// <param name="Peers">Addresses with ports.</param>
/// <param name="Nodes">How many nodes took our own announcement; 0 if none was asked for.</param>
public sealed record DhtPeersResult(IReadOnlyList<string> Peers, int Nodes);
