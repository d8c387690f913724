namespace Kith.Node.Control;

/// <summary>What became of an item that was put.</summary>
/// <param name="Target">Where it lies.</param>
/// <param name="Nodes">How many nodes took it.</param>
/// <param name="PublicKey">Under which public key it is found; null for an immutable one.</param>
/// <param name="Sequence">Its sequence number; null for an immutable one.</param>
/// <param name="Newer">The item that lies there already and is newer; null if there is none.</param>
public sealed record DhtPutResult(string Target, int Nodes, string? PublicKey, long? Sequence, DhtItemValue? Newer);
