namespace Kith.Node.Control;

/// <summary>Asks for an item of the DHT.</summary>
/// <param name="Subject">The target of an immutable item (40 hexadecimal digits) or the public key of a mutable one (64).</param>
/// <param name="Salt">The salt of a mutable item in hexadecimal; null for none.</param>
public sealed record DhtGetRequest(string Subject, string? Salt);
