namespace Kith.Node.Control;

/// <summary>How packets get to a member now.</summary>
/// <param name="Kind">What kind of path it is.</param>
/// <param name="Endpoint">The address that packets are sent to, or null if there is none.</param>
/// <param name="Via">The name of the member that relays, or null.</param>
/// <param name="RttMilliseconds">The smoothed round trip, or null if none was measured.</param>
/// <param name="Mtu">The largest inner packet the path carries, in bytes, or null if unknown.</param>
public sealed record PathStatus(PathKind Kind, string? Endpoint = null, string? Via = null, double? RttMilliseconds = null, int? Mtu = null)
{
    /// <summary>No path.</summary>
    public static PathStatus None { get; } = new(PathKind.None);

    /// <summary>The path of this device to itself.</summary>
    public static PathStatus Self { get; } = new(PathKind.Self);
}
