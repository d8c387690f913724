namespace Kith.Node.Control;

/// <summary>What was revoked.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Kind">Device or invite.</param>
/// <param name="Name">The device's name; for an invite the beginning of its public key.</param>
public sealed record RevokeResult(string Network, RevokedKind Kind, string Name);
