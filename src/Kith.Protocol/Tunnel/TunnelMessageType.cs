namespace Kith.Protocol.Tunnel;

/// <summary>The first byte of a WireGuard datagram; the three bytes after it are zero (WireGuard section 5.4).</summary>
public enum TunnelMessageType : byte
{
    /// <summary>No message of this protocol.</summary>
    None = 0,

    /// <summary>The initiator's half of a handshake: <see cref="InitiationMessage"/>.</summary>
    Initiation = 1,

    /// <summary>The responder's half of a handshake: <see cref="ResponseMessage"/>.</summary>
    Response = 2,

    /// <summary>A cookie from a peer under load: <see cref="CookieReplyMessage"/>.</summary>
    CookieReply = 3,

    /// <summary>A sealed packet: <see cref="TransportHeader"/>.</summary>
    Transport = 4,
}
