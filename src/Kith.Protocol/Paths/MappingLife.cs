namespace Kith.Protocol.Paths;

/// <summary>
/// Learns how long an idle path across the Internet stays open, by letting it rest a little longer while it holds and shorter once it did not: translators and
/// firewalls forget UDP after 20 seconds to several minutes, and nobody says when. Each rest ends with a ping. It held if the first one came back and was seen
/// at the outside endpoint of before. Which side's translator forgot does not matter: either side's pings keep both open.
/// </summary>
internal sealed class MappingLife
{
    /// <summary>Rests that must hold before a longer one is tried.</summary>
    public const int HeldBeforeLonger = 3;

    /// <summary>Rests of the first length that must fail in a row before a shorter one is taken: one ping may simply be lost.</summary>
    public const int LostBeforeShorter = 2;

    private const double Longer = 1.2;
    private const double Shorter = 0.6;

    private TimeSpan _longest = PathTimings.KeepAliveMax;
    private TimeSpan _lastHeld = PathTimings.KeepAlive;
    private bool _isTesting;
    private int _held;
    private int _lost;

    /// <summary>How long the path may rest.</summary>
    public TimeSpan Interval { get; private set; } = PathTimings.KeepAlive;

    /// <summary>The longest rest that was tried and did not hold is above this.</summary>
    public TimeSpan Longest => _longest;

    /// <summary>The path has rested for <see cref="Interval"/> and is pinged.</summary>
    public void BeginTest() => _isTesting = true;

    /// <summary>What came of the ping; nothing happens if no test was under way.</summary>
    /// <param name="held">Whether the path was open.</param>
    /// <param name="mayGrow">Whether a longer rest may be tried: not where losing this mapping would lose the path.</param>
    public void EndTest(bool held, bool mayGrow)
    {
        if (!_isTesting)
        {
            return;
        }

        _isTesting = false;
        if (held)
        {
            HandleHeld(mayGrow);
        }
        else
        {
            HandleLost();
        }
    }

    /// <summary>The network is another one.</summary>
    public void Reset()
    {
        _longest = PathTimings.KeepAliveMax;
        _lastHeld = PathTimings.KeepAlive;
        _isTesting = false;
        _held = 0;
        _lost = 0;
        Interval = PathTimings.KeepAlive;
    }

    private void HandleHeld(bool mayGrow)
    {
        _lost = 0;
        _lastHeld = Interval;
        if (++_held >= HeldBeforeLonger && mayGrow && Interval < _longest)
        {
            _held = 0;
            Interval = Interval * Longer < _longest ? Interval * Longer : _longest;
        }
    }

    private void HandleLost()
    {
        _held = 0;
        if (Interval > _lastHeld)
        {
            // A longer rest than ever before: back to what held, for good.
            _longest = _lastHeld;
            Interval = _lastHeld;
        }
        else if (++_lost >= LostBeforeShorter)
        {
            _lost = 0;
            Interval = Interval * Shorter > PathTimings.KeepAliveMin ? Interval * Shorter : PathTimings.KeepAliveMin;
            _longest = Interval;
            _lastHeld = Interval;
        }
    }
}
