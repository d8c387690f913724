namespace Kith.Node.Control;

/// <summary>An item of the DHT (BEP 44); everything binary in hexadecimal.</summary>
/// <param name="Target">Where it lies.</param>
/// <param name="Value">Its value as text, if it is a string of text; otherwise null.</param>
/// <param name="Encoded">Its value as it is stored: bencoded.</param>
/// <param name="PublicKey">Who signed it; null for an immutable one.</param>
/// <param name="Salt">Its salt; null if it has none.</param>
/// <param name="Sequence">Its sequence number; null for an immutable one.</param>
/// <param name="Signature">The Ed25519 signature, which holds; null for an immutable one.</param>
public sealed record DhtItemValue(string Target, string? Value, string Encoded, string? PublicKey, string? Salt, long? Sequence, string? Signature);
