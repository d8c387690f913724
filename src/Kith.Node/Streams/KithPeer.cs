using System.Net;
using Kith.Node.Control;
using Kith.Protocol.Identity;

namespace Kith.Node;

/// <summary>The device at the other end of a stream, as the tunnel's keys prove it.</summary>
/// <param name="Id">The device.</param>
/// <param name="Name">Its name in the network, when the stream was opened.</param>
/// <param name="Network">The network that the stream runs in.</param>
/// <param name="NetworkName">That network's name.</param>
/// <param name="Role">What the device may do there.</param>
/// <param name="Address">Its virtual address, and the port at its end.</param>
public sealed record KithPeer(NodeId Id, string Name, NetworkId Network, string NetworkName, MemberRole Role, IPEndPoint Address);
