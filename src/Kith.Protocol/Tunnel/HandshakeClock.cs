namespace Kith.Protocol.Tunnel;

/// <summary>
/// Where handshake timestamps come from: follows the wall clock, and goes on from the last value when that was set back, by one millisecond
/// a handshake. Peers refuse a timestamp that is not greater than the last, so this must hold across restarts: values are given out
/// only below a ceiling that is kept on disk, and after a restart the clock begins above it. Not thread-safe; one per static key.
/// <para>The caller's part: whenever <see cref="NeedsPersisting"/> is true, write <see cref="Ceiling"/> to disk, call <see cref="MarkPersisted"/>,
/// and only then transmit what the machine has made.</para>
/// </summary>
public sealed class HandshakeClock
{
    // Keeps a wall clock of nonsense from using up the numbers: the end of the year 9999.
    private const long WallMillisecondsMax = 253_402_300_799_999;

    private long _last;

    /// <summary>A clock that gives nothing up to the ceiling read from disk; 0 for a key that was never used.</summary>
    /// <param name="ceilingMilliseconds">Unix milliseconds; a damaged negative value counts as 0.</param>
    public HandshakeClock(long ceilingMilliseconds)
    {
        _last = Math.Max(0, ceilingMilliseconds);
        Ceiling = _last;
    }

    /// <summary>Unix milliseconds that no timestamp given out so far exceeds; must be on disk before any of them is sent.</summary>
    public long Ceiling { get; private set; }

    /// <summary>The last timestamp given out, or the ceiling it began with.</summary>
    internal long LastMilliseconds => _last;

    /// <summary>Whether <see cref="Ceiling"/> has moved since it was last said to be on disk.</summary>
    public bool NeedsPersisting { get; private set; }

    /// <summary>A timestamp greater than every one before.</summary>
    /// <param name="wallMilliseconds">Unix milliseconds as this machine believes them; may be anything.</param>
    public Tai64n Next(long wallMilliseconds)
    {
        _last = Math.Max(Math.Min(wallMilliseconds, WallMillisecondsMax), _last + 1);
        if (_last > Ceiling)
        {
            Ceiling = _last + (long)TunnelLimits.ClockReservation.TotalMilliseconds;
            NeedsPersisting = true;
        }

        return Tai64n.FromUnixMilliseconds(_last);
    }

    /// <summary>Notes that a ceiling is on disk. Call with the value that was written; a lower one changes nothing.</summary>
    public void MarkPersisted(long ceilingMilliseconds) => NeedsPersisting &= ceilingMilliseconds < Ceiling;
}
