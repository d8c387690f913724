namespace Kith.Protocol.Membership;

/// <summary>
/// A hybrid logical time (Kulkarni et al., "Logical physical clocks"): 48 bits of Unix milliseconds, then a 16-bit counter for what happens
/// within one. Orders statements that know nothing of each other; what one statement has seen is told by its hashes, never by time.
/// </summary>
/// <param name="Value">The 64 bits, which compare as time does.</param>
public readonly record struct HybridTime(ulong Value) : IComparable<HybridTime>
{
    /// <summary>Bits of the counter.</summary>
    public const int CounterBits = 16;

    private const long MillisecondsMax = (1L << 48) - 1;

    /// <summary>The milliseconds since 1970.</summary>
    public long Milliseconds => (long)(Value >> CounterBits);

    /// <summary>The start of a millisecond; what 48 bits cannot hold becomes the nearest that they can.</summary>
    public static HybridTime FromMilliseconds(long milliseconds) => new((ulong)Math.Clamp(milliseconds, 0, MillisecondsMax) << CounterBits);

    /// <summary>
    /// The time of a new statement: the wall clock, or one tick after the newest time seen where that is later, but not more than
    /// <see cref="MembershipLimits.ClockDriftMaxMilliseconds"/> ahead of the wall clock.
    /// </summary>
    public static HybridTime Next(HybridTime newestSeen, long wallMilliseconds)
    {
        HybridTime wall = FromMilliseconds(wallMilliseconds);
        HybridTime limit = FromMilliseconds(wall.Milliseconds + MembershipLimits.ClockDriftMaxMilliseconds);
        bool follow = newestSeen.Value >= wall.Value && newestSeen.Value < limit.Value;
        return follow ? new HybridTime(newestSeen.Value + 1) : wall;
    }

    /// <inheritdoc/>
    public int CompareTo(HybridTime other) => Value.CompareTo(other.Value);
}
