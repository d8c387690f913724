namespace Kith.Node.Control;

/// <summary>Asks for a new network.</summary>
/// <param name="Network">Its name.</param>
public sealed record CreateRequest(string Network);
