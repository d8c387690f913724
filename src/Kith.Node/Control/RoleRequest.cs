namespace Kith.Node.Control;

/// <summary>Asks for another role for a device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Role">Its new role.</param>
/// <param name="Network">The network, or null for the only one the device is in.</param>
public sealed record RoleRequest(string Device, MemberRole Role, string? Network = null);
