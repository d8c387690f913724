namespace Kith.Node.Control;

/// <summary>Asks for an invite.</summary>
/// <param name="Network">The network, or null for the only one.</param>
/// <param name="Role">The role of whoever joins with it.</param>
/// <param name="Uses">How many devices may join with it, at least 1.</param>
/// <param name="LifetimeSeconds">For how many seconds from now it is good.</param>
public sealed record InviteRequest(string? Network, MemberRole Role = MemberRole.Member, int Uses = 1, long LifetimeSeconds = 86_400);
