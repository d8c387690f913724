namespace Kith.Node.Control;

/// <summary>Asks for another name for a device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Name">Its new name.</param>
/// <param name="Network">The network, or null for the only one the device is in.</param>
public sealed record RenameRequest(string Device, string Name, string? Network = null);
