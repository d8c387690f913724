using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>A virtual address of a peer, with our own address that it may talk with and the network both lie in.</summary>
internal readonly record struct PeerRoute(RemotePeer Peer, LocalNetwork Network, InternetAddress Local);
