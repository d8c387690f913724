namespace Kith.Protocol.Netstack;

/// <summary>Why a TCP connection is over.</summary>
public enum CloseReason
{
    /// <summary>It is not over.</summary>
    None,

    /// <summary>Both sides finished their streams and everything was acknowledged.</summary>
    Finished,

    /// <summary>The peer, or something in its name, answered the attempt to connect with a reset or "unreachable".</summary>
    Refused,

    /// <summary>The peer reset the connection.</summary>
    Reset,

    /// <summary>The peer acknowledged nothing for the user timeout, answered no keepalive, or never answered the attempt to connect.</summary>
    TimedOut,

    /// <summary>The owner aborted it.</summary>
    Aborted,

    /// <summary>The local address was taken away.</summary>
    AddressRemoved,
}
