namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Every segment that was sent and not yet cumulatively acknowledged, in sequence, with what is known of its fate. A ring that grows on
/// demand to <see cref="SegmentsMax"/> and is trimmed when the connection is idle.
/// </summary>
internal sealed class Scoreboard
{
    /// <summary>How many segments may be outstanding; a sender of tiny writes waits for acknowledgments rather than grow this.</summary>
    public const int SegmentsMax = 8192;

    private const int IdleSegmentsMax = 64;

    private SentSegment[] _ring = [];
    private int _head;
    private int _lostHint;
    private KnownBlocks _known;
    private int _knownNext;

    /// <summary>Segments outstanding.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes believed to be in the network: sent, neither acknowledged, nor held by the peer, nor lost (RFC 6675 "pipe").</summary>
    public long InFlight { get; private set; }

    /// <summary>Bytes believed lost that were not sent again yet.</summary>
    public long Lost { get; private set; }

    /// <summary>Bytes believed lost since the beginning, those not counted that came after all.</summary>
    public long LostTotal { get; private set; }

    /// <summary>Segments that the peer holds beyond the cumulative acknowledgment.</summary>
    public int SackedSegments { get; private set; }

    /// <summary>Whether no further segment can be noted.</summary>
    public bool IsFull => Count == SegmentsMax;

    /// <summary>Whether it is empty and holds more memory than an idle connection should.</summary>
    public bool IsTrimmable => Count == 0 && _ring.Length > IdleSegmentsMax;

    /// <summary>A segment by its place, the oldest being 0.</summary>
    public ref SentSegment this[int index] => ref _ring[(_head + index) & (_ring.Length - 1)];

    /// <summary>Gives its memory up; only while it is empty.</summary>
    public void Trim()
    {
        _ring = [];
        _head = 0;
    }

    /// <summary>Notes a segment that is being sent for the first time.</summary>
    public void Add(long start, int length, long nowTicks, ref RateSampler rate)
    {
        if (Count == _ring.Length)
        {
            Resize(Math.Max(8, _ring.Length * 2));
        }

        Count++;
        ref SentSegment segment = ref this[Count - 1];
        segment = new SentSegment { Start = start, Length = length, SentTicks = nowTicks };
        rate.Stamp(ref segment, nowTicks, InFlight == 0);
        InFlight += length;
    }

    /// <summary>Removes everything before a cumulative acknowledgment.</summary>
    public void Acknowledge(long acknowledgment, ref RackState rack, ref AcknowledgeSummary summary)
    {
        while (Count > 0)
        {
            ref SentSegment segment = ref this[0];
            if (segment.End > acknowledgment)
            {
                if (segment.Start < acknowledgment)
                {
                    Trim(ref segment, (int)(acknowledgment - segment.Start), ref summary);
                }

                break;
            }

            Deliver(ref segment, ref rack, ref summary);
            SackedSegments--;
            _head = (_head + 1) & (_ring.Length - 1);
            _lostHint = Math.Max(0, _lostHint - 1);
            Count--;
        }

        if (Count == 0)
        {
            _lostHint = 0;
        }
    }

    /// <summary>Marks the segments that lie wholly within a SACK block.</summary>
    public void Sack(long start, long end, ref RackState rack, ref AcknowledgeSummary summary)
    {
        for (int i = Find(SkipKnown(start, end)); i < Count; i++)
        {
            ref SentSegment segment = ref this[i];
            if (segment.End > end)
            {
                break;
            }

            if (segment.Start >= start && !segment.IsSacked)
            {
                Deliver(ref segment, ref rack, ref summary);
            }
        }
    }

    /// <summary>RACK's test of every outstanding segment (RFC 8985 section 6.2 step 5).</summary>
    /// <returns>Whether any was found lost.</returns>
    /// <param name="rack">The latest delivery.</param>
    /// <param name="window">The tolerated reordering.</param>
    /// <param name="nowTicks">Now.</param>
    /// <param name="nextTest">When to test again, or 0 if nothing waits for time to pass.</param>
    public bool DetectLosses(in RackState rack, long window, long nowTicks, out long nextTest)
    {
        bool found = false;
        nextTest = 0;
        if (rack.SentTicks == 0)
        {
            return false;
        }

        for (int i = 0; i < Count; i++)
        {
            ref SentSegment segment = ref this[i];
            if (segment.IsInFlight && rack.IsOlder(segment))
            {
                long due = segment.SentTicks + rack.RoundTripTicks + window;
                if (due <= nowTicks)
                {
                    MarkLost(i);
                    found = true;
                }
                else
                {
                    nextTest = nextTest == 0 ? due : Math.Min(nextTest, due);
                }
            }
            else if (segment.IsInFlight && !segment.WasRetransmitted)
            {
                // First transmissions are in order of time and come before any retransmission of the same bytes, so
                // whatever lies behind this one was sent later still.
                break;
            }
        }

        return found;
    }

    /// <summary>Believes one segment lost.</summary>
    public void MarkLost(int index)
    {
        ref SentSegment segment = ref this[index];
        if (segment.IsInFlight)
        {
            segment.IsLost = true;
            InFlight -= segment.Length;
            Lost += segment.Length;
            LostTotal += segment.Length;
            _lostHint = Math.Min(_lostHint, index);
        }
    }

    /// <summary>
    /// A retransmission timeout: everything the peer does not hold is lost. Should it hold the first one without acknowledging it, it has gone
    /// back on its word (RFC 2018 section 8), and nothing it said counts.
    /// </summary>
    public void MarkAllLost()
    {
        bool reneged = Count > 0 && this[0].IsSacked;
        for (int i = 0; i < Count; i++)
        {
            ref SentSegment segment = ref this[i];
            if (reneged && segment.IsSacked)
            {
                segment.IsSacked = false;
                SackedSegments--;
                InFlight += segment.Length;
            }

            MarkLost(i);
        }

        _known = default;
        _lostHint = 0;
    }

    /// <summary>Takes back the belief that segments are lost, after a timeout that proved needless.</summary>
    public void ForgetLosses()
    {
        for (int i = 0; i < Count; i++)
        {
            ref SentSegment segment = ref this[i];
            if (segment.IsLost)
            {
                segment.IsLost = false;
                Lost -= segment.Length;
                LostTotal -= segment.Length;
                InFlight += segment.Length;
            }
        }
    }

    /// <summary>The first segment that waits to be sent again.</summary>
    public bool TryGetLost(out int index)
    {
        if (Lost > 0)
        {
            for (int i = _lostHint; i < Count; i++)
            {
                if (this[i].IsLost)
                {
                    _lostHint = i;
                    index = i;
                    return true;
                }
            }
        }

        index = -1;
        return false;
    }

    /// <summary>Notes that a segment is being sent again, cut to <paramref name="length"/> if it no longer fits the path.</summary>
    public void Retransmit(int index, int length, long nowTicks, ref RateSampler rate)
    {
        if (length < this[index].Length)
        {
            Split(index, length);
        }

        ref SentSegment segment = ref this[index];
        rate.Stamp(ref segment, nowTicks, InFlight == 0);
        if (segment.IsLost)
        {
            segment.IsLost = false;
            Lost -= segment.Length;
            InFlight += segment.Length;
        }

        segment.WasRetransmitted = true;
        segment.SentTicks = nowTicks;
    }

    private void Split(int index, int length)
    {
        if (Count == _ring.Length)
        {
            // May pass SegmentsMax, but at most once for every piece of one segment that shrank with the path.
            Resize(_ring.Length * 2);
        }

        Count++;
        for (int i = Count - 1; i > index + 1; i--)
        {
            this[i] = this[i - 1];
        }

        SentSegment rest = this[index];
        rest.Start += length;
        rest.Length -= length;
        this[index + 1] = rest;
        this[index].Length = length;
    }

    // A peer repeats its blocks in every acknowledgment, grown at the end: what was marked before need not be walked again.
    private long SkipKnown(long start, long end)
    {
        for (int i = 0; i < SackBlocks.Max; i++)
        {
            if (_known[i].Start == start)
            {
                long known = Math.Min(_known[i].End, end);
                _known[i] = (start, end);
                return known;
            }
        }

        _known[_knownNext] = (start, end);
        _knownNext = (_knownNext + 1) % SackBlocks.Max;
        return start;
    }

    private void Deliver(ref SentSegment segment, ref RackState rack, ref AcknowledgeSummary summary)
    {
        if (segment.IsSacked)
        {
            return;
        }

        if (segment.IsLost)
        {
            segment.IsLost = false;
            Lost -= segment.Length;
            LostTotal -= segment.Length;
            summary.HasLate = true;
        }
        else
        {
            InFlight -= segment.Length;
        }

        if (!summary.HasNewest || segment.SentTicks > summary.Newest.SentTicks)
        {
            summary.HasNewest = true;
            summary.Newest = segment;
        }

        segment.IsSacked = true;
        SackedSegments++;
        summary.Delivered += segment.Length;
        if (!segment.WasRetransmitted)
        {
            long roundTrip = Math.Max(1, summary.NowTicks - segment.SentTicks);
            summary.RoundTripTicks = Math.Max(summary.RoundTripTicks, roundTrip);
            summary.LatestRoundTripTicks = summary.LatestRoundTripTicks == 0 ? roundTrip : Math.Min(summary.LatestRoundTripTicks, roundTrip);
        }

        rack.Deliver(segment, summary.NowTicks, summary.EchoMilliseconds < segment.SentTicks / TimeSpan.TicksPerMillisecond);
    }

    private void Trim(ref SentSegment segment, int bytes, ref AcknowledgeSummary summary)
    {
        if (segment.IsLost)
        {
            Lost -= bytes;
        }
        else if (!segment.IsSacked)
        {
            InFlight -= bytes;
        }

        if (!segment.IsSacked)
        {
            summary.Delivered += bytes;
        }

        segment.Start += bytes;
        segment.Length -= bytes;
    }

    private int Find(long position)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].End <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Resize(int size)
    {
        SentSegment[] larger = new SentSegment[size];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        _ring = larger;
        _head = 0;
    }

    [System.Runtime.CompilerServices.InlineArray(SackBlocks.Max)]
    private struct KnownBlocks
    {
        private (long Start, long End) _first;
    }
}
