using System.Net;
using Kith.Node.Control;
using Kith.Protocol.Identity;

namespace Kith.Node;

/// <summary>A member of a network as this node saw it at one moment.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">The device's name, unique in the network.</param>
/// <param name="Network">The network.</param>
/// <param name="NetworkName">The network's name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Addresses">Its virtual addresses: IPv6 first, then IPv4 where it has one.</param>
/// <param name="IsSelf">Whether it is this node.</param>
/// <param name="IsOnline">Whether it could be reached. True for this node.</param>
/// <param name="Path">How packets got there.</param>
public sealed record KithMember(
    NodeId Id,
    string Name,
    NetworkId Network,
    string NetworkName,
    MemberRole Role,
    IReadOnlyList<IPAddress> Addresses,
    bool IsSelf,
    bool IsOnline,
    PathStatus Path)
{
    /// <summary>The name under which it can be dialled: <c>device.network.kith</c>.</summary>
    public string HostName => $"{Name}.{NetworkName}.kith";
}
