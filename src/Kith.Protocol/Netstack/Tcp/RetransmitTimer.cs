namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What the one retransmission timer of a connection stands for now.</summary>
internal enum RetransmitTimer
{
    /// <summary>It is not running.</summary>
    None,

    /// <summary>The SYN or SYN-ACK is sent again.</summary>
    Handshake,

    /// <summary>Retransmission timeout (RFC 6298).</summary>
    Timeout,

    /// <summary>Tail loss probe (RFC 8985 section 7).</summary>
    TailLossProbe,

    /// <summary>A segment that was overtaken becomes lost (RFC 8985 section 6.3).</summary>
    Reordering,

    /// <summary>The peer's closed window is probed (RFC 9293 section 3.8.6.1).</summary>
    Persist,
}
