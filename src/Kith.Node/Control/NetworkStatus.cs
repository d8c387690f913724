namespace Kith.Node.Control;

/// <summary>A network as this node sees it.</summary>
/// <param name="Id">Its network id, z-base-32.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">This device's role in it.</param>
/// <param name="Ipv6">This device's IPv6 address in it.</param>
/// <param name="Ipv4">This device's IPv4 address in it, or null as long as the log has not settled one.</param>
/// <param name="Statements">How many statements of its log are held here.</param>
/// <param name="Members">Its members: this device first, then by name.</param>
/// <param name="Repairing">Whether statements are missing that were here before and are being fetched from members; until then this device states nothing.</param>
public sealed record NetworkStatus(
    string Id,
    string Name,
    MemberRole Role,
    string Ipv6,
    string? Ipv4,
    long Statements,
    IReadOnlyList<MemberStatus> Members,
    bool Repairing = false);
