namespace Kith.Tunnel.Threads;

/// <summary>
/// Whether it is worth asking for another packet without waiting. Each answer "none" doubles how many times the question is left out, so
/// that a quiet tunnel hardly pays for it; each packet that was there starts over. A plain value of one thread.
/// </summary>
internal struct ProbeHope
{
    /// <summary>The most questions left out in a row.</summary>
    public const int SkippedMax = 31;

    private int _toSkip;
    private int _skipped;

    /// <summary>Whether to ask this time.</summary>
    public bool ShouldAsk()
    {
        if (_toSkip == 0)
        {
            return true;
        }

        _toSkip--;
        return false;
    }

    /// <summary>There was one.</summary>
    public void Found() => _skipped = 0;

    /// <summary>There was none.</summary>
    public void Missed()
    {
        _skipped = Math.Min((_skipped * 2) + 1, SkippedMax);
        _toSkip = _skipped;
    }
}
