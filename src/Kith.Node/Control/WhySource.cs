namespace Kith.Node.Control;

/// <summary>What one way of finding members said of a device.</summary>
/// <param name="Source">One of <c>lan dht tracker dns static cache members</c>.</param>
/// <param name="Name">Which one, where there may be several: the tracker, the name; else null.</param>
/// <param name="Asked">When it was last asked about the device, or null.</param>
/// <param name="SaidAt">When it last said something, or null.</param>
/// <param name="Text">What it said, in words.</param>
public sealed record WhySource(string Source, string? Name, DateTimeOffset? Asked, DateTimeOffset? SaidAt, string Text);
