namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Which positions beyond the next expected one have arrived: sorted ranges that never touch, bounded, the array taken on demand. SACK reports the one that grew
/// last first (RFC 2018 section 4). Packets come in batches, and many holes may open within one, so each range also remembers how often it is still to be told of:
/// what a sender hears nothing of, it sends again.
/// </summary>
internal sealed class ReceivedRanges
{
    /// <summary>
    /// How many separate ranges are kept; data that would begin another is dropped and sent again by the peer. A window of 8 MiB has no more when every other packet
    /// of it is lost, as in a queue that overflows.
    /// </summary>
    public const int RangesMax = 4096;

    /// <summary>In how many acknowledgments a range is told of after it has changed, since they may be lost (RFC 2018 section 4).</summary>
    public const int ReportsMin = 3;

    private const int IdleRangesMax = 16;

    private Range[] _ranges = [];
    private long _grownLast;
    private int _untold;
    private int _owing;

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it is empty and holds more memory than an idle connection should.</summary>
    public bool IsTrimmable => Count == 0 && _ranges.Length > IdleRangesMax;

    /// <summary>Gives its memory up; only while it is empty.</summary>
    public void Trim() => _ranges = [];

    /// <summary>Whether ranges have changed that no acknowledgment told of.</summary>
    public bool HasUntold => _untold > 0;

    /// <summary>Forgets all ranges.</summary>
    public void Clear()
    {
        Count = 0;
        _untold = 0;
        _owing = 0;
    }

    /// <summary>The range around a position is the next to be told of.</summary>
    public void Touch(long position) => _grownLast = position;

    /// <summary>Whether all of a range has arrived before.</summary>
    public bool Contains(long start, long end)
    {
        int index = Find(start);
        return index < Count && _ranges[index].Start <= start && end <= _ranges[index].End;
    }

    /// <summary>Adds a range, joining it with those it touches; false when it would be one too many.</summary>
    public bool Add(long start, long end)
    {
        int first = Find(start);
        int last = first;
        long low = start;
        long high = end;
        while (last < Count && _ranges[last].Start <= end)
        {
            low = Math.Min(low, _ranges[last].Start);
            high = Math.Max(high, _ranges[last].End);
            SetOwed(ref _ranges[last], 0);
            last++;
        }

        if (last == first)
        {
            if (Count == RangesMax)
            {
                return false;
            }

            if (Count == _ranges.Length)
            {
                Array.Resize(ref _ranges, Math.Max(4, _ranges.Length * 2));
            }

            Array.Copy(_ranges, first, _ranges, first + 1, Count - first);
            Count++;
        }
        else if (last - first > 1)
        {
            Array.Copy(_ranges, last, _ranges, first + 1, Count - last);
            Count -= last - first - 1;
        }

        _ranges[first] = new Range { Start = low, End = high };
        SetOwed(ref _ranges[first], ReportsMin);
        _grownLast = start;
        return true;
    }

    /// <summary>Takes out what the stream has reached and returns how far it goes on without a hole.</summary>
    public long Advance(long next)
    {
        int passed = 0;
        while (passed < Count && _ranges[passed].Start <= next)
        {
            next = Math.Max(next, _ranges[passed].End);
            SetOwed(ref _ranges[passed], 0);
            passed++;
        }

        if (passed > 0)
        {
            Count -= passed;
            Array.Copy(_ranges, passed, _ranges, 0, Count);
        }

        return next;
    }

    /// <summary>
    /// Adds the blocks to report, and takes note that they were. When there are more than fit, the oldest come first, as they would had every packet been
    /// acknowledged: a sender takes what it hears of late for lost.
    /// </summary>
    public void Report(ref TcpOptions options, int blocksMax)
    {
        int grown = Find(_grownLast);

        // Behind the report of a duplicate, its range tells that from a range of its own (RFC 2883 section 4).
        if (grown < Count && _ranges[grown].Start <= _grownLast && (_untold <= blocksMax || options.BlockCount > 0))
        {
            ReportRange(ref options, grown);
        }

        for (int index = 0; index < Count && _untold > 0 && options.BlockCount < blocksMax; index++)
        {
            if (_ranges[index].Owed == ReportsMin)
            {
                ReportRange(ref options, index);
            }
        }

        if (_untold > 0)
        {
            return;
        }

        int owing = _owing;
        for (int index = Count - 1; index >= 0 && owing > 0 && options.BlockCount < blocksMax; index--)
        {
            if (_ranges[index].Owed > 0)
            {
                owing--;
                ReportRange(ref options, index);
            }
        }

        for (int index = Count - 1; index >= 0 && options.BlockCount < blocksMax && Count - index <= SackBlocks.Max; index--)
        {
            ReportRange(ref options, index);
        }
    }

    private void ReportRange(ref TcpOptions options, int index)
    {
        SackBlock block = new((uint)_ranges[index].Start, (uint)_ranges[index].End);
        for (int i = 0; i < options.BlockCount; i++)
        {
            if (options.Blocks[i] == block)
            {
                return;
            }
        }

        options.AddBlock(block);
        SetOwed(ref _ranges[index], Math.Max(0, _ranges[index].Owed - 1));
    }

    private void SetOwed(ref Range range, int owed)
    {
        _untold += (owed == ReportsMin ? 1 : 0) - (range.Owed == ReportsMin ? 1 : 0);
        _owing += (owed > 0 ? 1 : 0) - (range.Owed > 0 ? 1 : 0);
        range.Owed = owed;
    }

    // The first range that ends at or behind the position.
    private int Find(long position)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End < position)
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

    private struct Range
    {
        public long Start;
        public long End;
        public int Owed;
    }
}
