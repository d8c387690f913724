namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Which positions beyond the next expected one have arrived: sorted ranges that never touch, bounded, the array taken on demand. Remembers which ones
/// grew last, since SACK reports those first (RFC 2018 section 4).
/// </summary>
internal sealed class ReceivedRanges
{
    /// <summary>How many separate ranges are kept; data that would begin another is dropped and sent again by the peer.</summary>
    public const int RangesMax = 512;

    private const int IdleRangesMax = 16;
    private const int RecentMax = SackBlocks.Max;

    private (long Start, long End)[] _ranges = [];
    private RecentPositions _recent;

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it is empty and holds more memory than an idle connection should.</summary>
    public bool IsTrimmable => Count == 0 && _ranges.Length > IdleRangesMax;

    /// <summary>Gives its memory up; only while it is empty.</summary>
    public void Trim() => _ranges = [];

    /// <summary>Forgets all ranges.</summary>
    public void Clear() => Count = 0;

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

        _ranges[first] = (low, high);
        for (int i = RecentMax - 1; i > 0 && (_recent[0] < low || _recent[0] > high); i--)
        {
            _recent[i] = _recent[i - 1];
        }

        _recent[0] = start;
        return true;
    }

    /// <summary>Takes out what the stream has reached and returns how far it goes on without a hole.</summary>
    public long Advance(long next)
    {
        int passed = 0;
        while (passed < Count && _ranges[passed].Start <= next)
        {
            next = Math.Max(next, _ranges[passed].End);
            passed++;
        }

        if (passed > 0)
        {
            Count -= passed;
            Array.Copy(_ranges, passed, _ranges, 0, Count);
        }

        return next;
    }

    /// <summary>Adds the blocks to report, the one that grew last first.</summary>
    public void Report(ref TcpOptions options, int blocksMax)
    {
        for (int i = 0; i < RecentMax && Count > 0 && options.BlockCount < blocksMax; i++)
        {
            int index = Find(_recent[i]);
            if (index < Count && _ranges[index].Start <= _recent[i])
            {
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

    [System.Runtime.CompilerServices.InlineArray(RecentMax)]
    private struct RecentPositions
    {
        private long _first;
    }
}
