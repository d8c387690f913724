namespace Kith.Protocol.Netstack.Tcp;

/// <summary>One segment that was sent and is not yet acknowledged as a whole.</summary>
internal struct SentSegment
{
    /// <summary>The position of its first byte.</summary>
    public long Start;

    /// <summary>When it was last sent, in ticks.</summary>
    public long SentTicks;

    /// <summary>Sequence numbers it takes, a FIN included.</summary>
    public int Length;

    /// <summary>The peer holds it (SACK).</summary>
    public bool IsSacked;

    /// <summary>It is believed lost and waits to be sent again.</summary>
    public bool IsLost;

    /// <summary>It was sent more than once, so its round trip says nothing (Karn).</summary>
    public bool WasRetransmitted;

    /// <summary>Whether the sender had too little to send then.</summary>
    public bool WasAppLimited;

    /// <summary>Bytes of the connection that had arrived when it was last sent; see <see cref="RateSampler"/>.</summary>
    public long Delivered;

    /// <summary>When the last of those was acknowledged, in ticks.</summary>
    public long DeliveredTicks;

    /// <summary>When the first segment of the flight was sent that it belongs to, in ticks.</summary>
    public long FirstSentTicks;

    /// <summary>The position behind it.</summary>
    public readonly long End => Start + Length;

    /// <summary>Whether it counts as being in the network.</summary>
    public readonly bool IsInFlight => !IsSacked && !IsLost;
}
