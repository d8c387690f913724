using System.Net;
using Kith.Node.Control;
using Kith.Protocol.Identity;

namespace Kith.Node;

/// <summary>A network of this node as it was at one moment.</summary>
/// <param name="Id">The network's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">This node's role in it.</param>
/// <param name="Addresses">This node's virtual addresses in it: IPv6 first, then IPv4 where it has one.</param>
/// <param name="Members">Its members: this node first, then by name.</param>
public sealed record KithNetwork(NetworkId Id, string Name, MemberRole Role, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<KithMember> Members);
