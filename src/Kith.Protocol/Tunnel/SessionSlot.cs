using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>What the machine keeps beside a session: whose it is, where it is spoken from, and what was done about it.</summary>
internal sealed class SessionSlot(TunnelPeer peer, TransportSession session, InternetEndpoint endpoint, Instant now)
{
    public TunnelPeer Peer { get; } = peer;

    public TransportSession Session { get; } = session;

    /// <summary>Where the newest authentic message of the session came from.</summary>
    public InternetEndpoint Endpoint { get; set; } = endpoint;

    /// <summary>When anything authentic came over the session, at first its handshake.</summary>
    public Instant LastHeard { get; set; } = now;

    /// <summary>Whether the peer is known to have the keys too.</summary>
    public bool IsConfirmed { get; set; } = session.IsInitiator;

    /// <summary>Whether the renewal that receiving alone may cause has been begun.</summary>
    public bool RenewedOnReceive { get; set; }

    public Instant ExpiresAt => Session.Created + TunnelSpecification.RejectAfterTime;

    public bool IsUsable(Instant now) => !Session.IsRetired && now < ExpiresAt;
}
