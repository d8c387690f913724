namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// What RACK remembers (RFC 8985 section 5.2): the segment sent last among those delivered, and how much reordering to tolerate. A
/// segment is lost when one sent sufficiently later has been delivered. Times are ticks.
/// </summary>
internal struct RackState
{
    /// <summary>How many segments above a hole make it a loss while no reordering has been seen (RFC 8985 section 6.2 step 4).</summary>
    public const int DuplicateThreshold = 3;

    /// <summary>For how many recoveries a widened window is kept (RFC 8985 section 5.2).</summary>
    public const int WindowPersistence = 16;

    private long _end;
    private long _forward;
    private int _windowMultiple;
    private int _windowPersist;
    private long _duplicateRoundEnd;

    /// <summary>When the latest delivered segment was sent.</summary>
    public long SentTicks { get; private set; }

    /// <summary>The round trip of that segment.</summary>
    public long RoundTripTicks { get; private set; }

    /// <summary>The shortest round trip seen.</summary>
    public long RoundTripTicksMin { get; private set; }

    /// <summary>Whether segments have been seen to overtake each other.</summary>
    public bool HasReordering { get; private set; }

    /// <summary>Takes note of a segment that has just been delivered for the first time.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="nowTicks">Now.</param>
    /// <param name="echoIsOlder">Whether the timestamp echo proves that an earlier sending of it was delivered.</param>
    public void Deliver(in SentSegment segment, long nowTicks, bool echoIsOlder)
    {
        long roundTrip = Math.Max(1, nowTicks - segment.SentTicks);
        if (segment.WasRetransmitted)
        {
            if (echoIsOlder || roundTrip < RoundTripTicksMin)
            {
                return;
            }
        }
        else
        {
            RoundTripTicksMin = RoundTripTicksMin == 0 ? roundTrip : Math.Min(RoundTripTicksMin, roundTrip);
            if (segment.End < _forward)
            {
                HasReordering = true;
            }
        }

        _forward = Math.Max(_forward, segment.End);
        RoundTripTicks = roundTrip;
        if (SentAfter(segment.SentTicks, segment.End, SentTicks, _end))
        {
            SentTicks = segment.SentTicks;
            _end = segment.End;
        }
    }

    /// <summary>Whether a segment was sent before the latest delivered one.</summary>
    public readonly bool IsOlder(in SentSegment segment) => SentAfter(SentTicks, _end, segment.SentTicks, segment.End);

    /// <summary>The tolerated reordering (RFC 8985 section 6.2 step 4).</summary>
    public readonly long ReorderingWindow(bool isRecovering, int sackedSegments, long smoothedRoundTrip)
    {
        if (!HasReordering && (isRecovering || sackedSegments >= DuplicateThreshold))
        {
            return 0;
        }

        return Math.Min(Math.Max(1, _windowMultiple) * (RoundTripTicksMin / 4), smoothedRoundTrip);
    }

    /// <summary>A needless retransmission was reported: tolerate more, at most once a round trip.</summary>
    public void Widen(long acknowledged, long sendNext)
    {
        if (acknowledged < _duplicateRoundEnd)
        {
            return;
        }

        _duplicateRoundEnd = sendNext;
        _windowMultiple = Math.Max(1, _windowMultiple) + 1;
        _windowPersist = WindowPersistence;
        HasReordering = true;
    }

    /// <summary>A recovery is over; after enough of them without a report the window narrows again.</summary>
    public void LeaveRecovery()
    {
        if (_windowPersist > 0 && --_windowPersist == 0)
        {
            _windowMultiple = 1;
        }
    }

    private static bool SentAfter(long ticks1, long end1, long ticks2, long end2) => ticks1 > ticks2 || (ticks1 == ticks2 && end1 > end2);
}
