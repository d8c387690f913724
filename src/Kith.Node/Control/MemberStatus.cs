namespace Kith.Node.Control;

/// <summary>A member of a network as this node sees it.</summary>
/// <param name="Id">Its node id, z-base-32.</param>
/// <param name="Name">The device's name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Ipv6">Its IPv6 address.</param>
/// <param name="Ipv4">Its IPv4 address, or null as long as the log has not settled one.</param>
/// <param name="Online">Whether it can be reached now. True for this device.</param>
/// <param name="LastSeen">When it last proved to be there, or null if it never did to this node. UTC.</param>
/// <param name="Path">How packets get there.</param>
public sealed record MemberStatus(
    string Id,
    string Name,
    MemberRole Role,
    string Ipv6,
    string? Ipv4,
    bool Online,
    DateTimeOffset? LastSeen,
    PathStatus Path);
