namespace Kith.Node.Control;

/// <summary>A node's own facts.</summary>
/// <param name="Id">Its node id, z-base-32.</param>
/// <param name="Name">The device's name.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Port">Its UDP port.</param>
/// <param name="Tun">The name of its TUN device, or null if it runs without one.</param>
/// <param name="RelayedBytes">Bytes passed on for other members since the node started.</param>
/// <param name="WithoutTun">Why it runs without a TUN device, in a few words; null if it has one.</param>
/// <param name="TunAdvice">What to do to have one; null if it has one.</param>
public sealed record NodeSummary(
    string Id, string Name, string Version, int Port, string? Tun, long RelayedBytes = 0, string? WithoutTun = null, string? TunAdvice = null);
