namespace Kith.Tunnel;

/// <summary>Why the fast path let a packet go. Each reason has a counter in <see cref="FastPathReport"/>.</summary>
public enum FastPathDrop
{
    /// <summary>From the TUN device: no peer has the destination address.</summary>
    NoRoute,

    /// <summary>From the TUN device: the source is not our address in the destination's network.</summary>
    WrongLocalSource,

    /// <summary>From the TUN device: not IPv4 or IPv6, or its header contradicts its length.</summary>
    MalformedOutgoing,

    /// <summary>The session ended while the packet was being sealed.</summary>
    SessionRetired,

    /// <summary>The system refused to send the datagram.</summary>
    SendFailed,

    /// <summary>Received: it did not authenticate.</summary>
    NotAuthentic,

    /// <summary>Received: its counter was seen before or is too old, or the session has ended.</summary>
    Replayed,

    /// <summary>Received and authentic: its source address does not belong to the peer that sent it.</summary>
    WrongPeerSource,

    /// <summary>Received and authentic: its destination is not our address in that network.</summary>
    WrongDestination,

    /// <summary>Received and authentic: its IP header contradicts its length.</summary>
    MalformedIncoming,

    /// <summary>The TUN device refused the packet.</summary>
    TunWriteFailed,

    /// <summary>A relay frame too short to carry anything, with impossible numbers, or inside another.</summary>
    RelayMalformed,

    /// <summary>
    /// A relay frame that is neither taken nor passed on: one of its ends is no member, they share no network with whoever brought it, it would go back, it has
    /// no hops left, or this node does not relay.
    /// </summary>
    RelayRefused,

    /// <summary>A relay frame beyond the rate that this node spends on others.</summary>
    RelayLimited,
}
