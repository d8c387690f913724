using Kith.Protocol.Paths.Frames;

namespace Kith.Protocol.Paths;

/// <summary>
/// Finds the largest packet that one path carries, by pings of the size in question (RFC 8899's idea): first the largest of all, which mostly
/// passes, then by halving. Sizes step by 16, because a session pads to that. At most <see cref="ProbesMax"/> pings.
/// </summary>
internal sealed class MtuSearch
{
    /// <summary>What every IPv6 link carries (RFC 8200 section 5); taken as given.</summary>
    public const int Floor = 1280;

    /// <summary>Ethernet.</summary>
    public const int Ceiling = 1500;

    /// <summary>A size is given up after this many pings without an answer.</summary>
    public const int TriesPerSize = 2;

    /// <summary>The most pings of one search: the ceiling, then five halvings of the 14 steps.</summary>
    public const int ProbesMax = 6 * TriesPerSize;

    // IPv4 or IPv6 header, UDP header, transport header and tag.
    private const int UdpAndSessionBytes = 8 + 32;

    private readonly int _overhead;
    private int _low;
    private int _high;
    private int _size;
    private int _tries;

    /// <summary>Begins a search on a path of one address family.</summary>
    public MtuSearch(bool isV4)
    {
        _overhead = (isV4 ? 20 : 40) + UdpAndSessionBytes;
        _low = (Floor - _overhead) / FramePadding.UnitBytes;
        _high = (Ceiling - _overhead) / FramePadding.UnitBytes;
        _size = _high;
    }

    /// <summary>Whether the answer is known.</summary>
    public bool IsDone => _low >= _high;

    /// <summary>The largest outer packet known to pass; before the first answer, the floor.</summary>
    public int Mtu => Math.Max(Floor, (_low * FramePadding.UnitBytes) + _overhead);

    /// <summary>Padding of the next ping.</summary>
    public int PaddingBytes => (_size * FramePadding.UnitBytes) - PathPing.HeaderBytes;

    /// <summary>The ping of the size in question came back.</summary>
    public void HandlePassed()
    {
        _low = Math.Max(_low, _size);
        Next();
    }

    /// <summary>The ping of the size in question did not come back in time.</summary>
    public void HandleLost()
    {
        if (++_tries >= TriesPerSize)
        {
            _high = Math.Min(_high, _size - 1);
            Next();
        }
    }

    private void Next()
    {
        _tries = 0;
        _size = (_low + _high + 1) / 2;
    }
}
