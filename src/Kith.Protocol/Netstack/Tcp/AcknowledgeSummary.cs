namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What one acknowledgment brought to light; filled while the scoreboard is worked through.</summary>
internal struct AcknowledgeSummary
{
    /// <summary>When it came.</summary>
    public long NowTicks;

    /// <summary>The clock, in milliseconds, that its timestamp echo stands for; <see cref="long.MaxValue"/> without timestamps.</summary>
    public long EchoMilliseconds;

    /// <summary>Bytes newly acknowledged, cumulatively or selectively.</summary>
    public long Delivered;

    /// <summary>Of those, the ones acknowledged cumulatively.</summary>
    public long Acknowledged;

    /// <summary>The round trip of the oldest newly acknowledged segment that was sent once, or 0: for the retransmission timeout.</summary>
    public long RoundTripTicks;

    /// <summary>The round trip of the one sent last among them, or 0: nearest to the path's own delay.</summary>
    public long LatestRoundTripTicks;

    /// <summary>Whether <see cref="Newest"/> is one.</summary>
    public bool HasNewest;

    /// <summary>Of the newly acknowledged segments the one sent last, as it was.</summary>
    public SentSegment Newest;

    /// <summary>Whether something arrived that was believed lost and not sent again: nobody knows when.</summary>
    public bool HasLate;

    /// <summary>Whether the peer reported a segment that came twice (RFC 2883).</summary>
    public bool HasDuplicate;

    /// <summary>Where that segment began.</summary>
    public long DuplicateStart;
}
