namespace Kith.Protocol.Tunnel;

/// <summary>Why a handshake message was not taken. None of it is ever told to the sender.</summary>
public enum HandshakeError
{
    /// <summary>The message was good.</summary>
    None = 0,

    /// <summary>A public key in it is of small order.</summary>
    WeakKey,

    /// <summary>The sealed static key does not open: the message was altered, or was made for another responder.</summary>
    BadStatic,

    /// <summary>The sealed timestamp does not open: the sender does not have the static key that it claims.</summary>
    BadTimestamp,

    /// <summary>The sealed nothing does not open: altered, not from the peer, or the preshared keys differ.</summary>
    BadConfirmation,

    /// <summary>No handshake is under way that the message could belong to.</summary>
    NotExpected,
}
