namespace Kith.Protocol.Tunnel;

/// <summary>What became of a datagram.</summary>
public enum TunnelVerdict
{
    /// <summary>Not for this machine, not authentic, a replay or too much: nothing has changed, and its bytes may be overwritten.</summary>
    Ignored = 0,

    /// <summary>A handshake message or a cookie, consumed. A peer is given if a session came of it.</summary>
    Handshake,

    /// <summary>An authentic empty packet.</summary>
    Keepalive,

    /// <summary>An authentic packet, opened in place; an IP packet may be followed by padding.</summary>
    Plaintext,
}
