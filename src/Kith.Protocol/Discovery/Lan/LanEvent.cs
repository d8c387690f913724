using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>
/// A member was recognised on the local network. Whoever holds the key can have sealed its tag, and whoever heard it can have repeated it from elsewhere: take it as
/// a place to try a handshake, no more.
/// </summary>
/// <param name="Node">The member.</param>
/// <param name="Endpoint">Where it listens: the announcement's source address and the port it names.</param>
/// <param name="Network">The network it was recognised by.</param>
/// <param name="InviteKey">The invite it was recognised by, if this node is joining; otherwise null.</param>
public readonly record struct LanEvent(NodeId Node, InternetEndpoint Endpoint, NetworkId Network, Bytes32? InviteKey);
