namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Measures at what rate sent data arrives (draft-cheng-iccrg-delivery-rate-estimation-02): each segment remembers what had arrived when it was sent.
/// </summary>
internal struct RateSampler
{
    private long _delivered;
    private long _deliveredTicks;
    private long _firstSentTicks;
    private long _appLimitedUntil;

    /// <summary>Notes in a segment that is being sent what is known at this moment.</summary>
    public void Stamp(ref SentSegment segment, long nowTicks, bool isFirstInFlight)
    {
        if (isFirstInFlight || _deliveredTicks == 0)
        {
            _firstSentTicks = nowTicks;
            _deliveredTicks = nowTicks;
        }

        segment.Delivered = _delivered;
        segment.DeliveredTicks = _deliveredTicks;
        segment.FirstSentTicks = _firstSentTicks;
        segment.WasAppLimited = _appLimitedUntil > 0;
    }

    /// <summary>There is nothing to send though there would be room: what is in flight now does not show what the path carries.</summary>
    public void NoteAppLimited(long inFlight) => _appLimitedUntil = Math.Max(1, _delivered + inFlight);

    /// <summary>Takes one acknowledgment.</summary>
    public RateSample Take(in AcknowledgeSummary summary, long lost)
    {
        _delivered += summary.Delivered;
        if (_appLimitedUntil > 0 && _delivered > _appLimitedUntil)
        {
            _appLimitedUntil = 0;
        }

        RateSample sample = new()
        {
            NowTicks = summary.NowTicks,
            Delivered = summary.Delivered,
            Lost = lost,
            DeliveredTotal = _delivered,
            DeliveredBefore = -1,
            RoundTripTicks = summary.LatestRoundTripTicks,
        };
        if (summary.Delivered <= 0)
        {
            return sample;
        }

        _deliveredTicks = summary.NowTicks;
        if (!summary.HasNewest)
        {
            return sample;
        }

        SentSegment newest = summary.Newest;
        _firstSentTicks = newest.SentTicks;

        // Neither how fast it left nor how fast acknowledgments came in a bunch may make the path look faster than it is.
        long interval = Math.Max(newest.SentTicks - newest.FirstSentTicks, summary.NowTicks - newest.DeliveredTicks);
        return sample with
        {
            DeliveredBefore = newest.Delivered,
            BytesPerSecond = interval > 0 && !summary.HasLate ? (_delivered - newest.Delivered) * (double)TimeSpan.TicksPerSecond / interval : 0,
            IntervalTicks = interval,
            IsAppLimited = newest.WasAppLimited,
        };
    }
}
