namespace Kith.Node.Control;

/// <summary>A network in one line.</summary>
/// <param name="Id">Its network id, z-base-32.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">This device's role in it.</param>
/// <param name="Ipv6">This device's IPv6 address in it.</param>
/// <param name="Ipv4">This device's IPv4 address in it, or null as long as the log has not settled one.</param>
/// <param name="Statements">How many statements of its log are held here.</param>
/// <param name="Members">How many members it has, this device among them.</param>
/// <param name="Online">How many of them are reachable now, this device among them.</param>
public sealed record NetworkSummary(
    string Id,
    string Name,
    MemberRole Role,
    string Ipv6,
    string? Ipv4,
    long Statements,
    int Members,
    int Online);
