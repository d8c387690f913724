namespace Kith.Protocol.Tunnel;

/// <summary>
/// How sealed packets reach a peer through a neighbour: each becomes a relay frame (see Relay/RelayFrame) that is sealed again with the neighbour's session.
/// Immutable.
/// </summary>
/// <param name="Neighbour">The next hop; used while it has a session and an endpoint of its own, otherwise packets go to the core.</param>
/// <param name="Destination">The peer's short id.</param>
/// <param name="Source">Our own short id.</param>
/// <param name="HopsLeft">How many times the frame may be passed on: 1 for a single relay.</param>
public sealed record RelayHop(PeerLink Neighbour, ulong Destination, ulong Source, byte HopsLeft);
