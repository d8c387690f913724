using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>A datagram that the machine wants sent.</summary>
/// <param name="Length">Bytes of it in the caller's buffer.</param>
/// <param name="Peer">Whom it is for; null for a cookie reply, which goes to an address and to nobody known.</param>
/// <param name="Endpoint">
/// Where it must go, or none: over the peer's paths, which the caller chooses. An initiation may then go to several candidates at once, with identical bytes:
/// the peer answers the copy that comes first and takes the others for replays.
/// </param>
/// <param name="Type">Which of the four messages it is.</param>
public readonly record struct TunnelTransmit(int Length, TunnelPeer? Peer, InternetEndpoint Endpoint, TunnelMessageType Type);
