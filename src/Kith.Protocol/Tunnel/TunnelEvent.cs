using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>Something that happened to a peer and that the caller may want to act upon.</summary>
/// <param name="Kind">What.</param>
/// <param name="Peer">To whom.</param>
/// <param name="Session">The session that was established or has ended; otherwise null.</param>
/// <param name="Endpoint">Where the message that established the session came from; none otherwise.</param>
public readonly record struct TunnelEvent(TunnelEventKind Kind, TunnelPeer Peer, TransportSession? Session, InternetEndpoint Endpoint);
