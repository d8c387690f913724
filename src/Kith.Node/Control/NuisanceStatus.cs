namespace Kith.Node.Control;

/// <summary>A member that did too much of something, or what no sound one does.</summary>
/// <param name="Id">Its node id, z-base-32.</param>
/// <param name="Device">Its name.</param>
/// <param name="Kind">What it did, in one word.</param>
/// <param name="Count">How often since this node started.</param>
/// <param name="Last">When it did it last. UTC.</param>
/// <param name="Text">The same as a phrase that follows the name.</param>
public sealed record NuisanceStatus(string Id, string Device, string Kind, long Count, DateTimeOffset Last, string Text);
