namespace Kith.Protocol.Tunnel;

/// <summary>What happened to a peer.</summary>
public enum TunnelEventKind
{
    /// <summary>A session is proven by both sides as far as this one can know, and packets may go over it.</summary>
    SessionEstablished,

    /// <summary>A session has ended and its keys are wiped; another one may have taken its place long before.</summary>
    SessionEnded,

    /// <summary>Handshakes were tried for <see cref="TunnelPeer.AttemptTime"/> without an answer. Staged packets are gone.</summary>
    PeerUnreachable,
}
