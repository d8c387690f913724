namespace Kith.Node.Control;

/// <summary>What was found.</summary>
/// <param name="Item">The item, or null if no node had it.</param>
public sealed record DhtGetResult(DhtItemValue? Item);
