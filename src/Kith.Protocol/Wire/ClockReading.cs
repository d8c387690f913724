namespace Kith.Protocol.Wire;

/// <summary>
/// Both clocks of a node read together: the monotonic one for deadlines, the wall clock for what is stated to others
/// (handshake timestamps, statement times, expiry). The wall clock may jump or be years off; nothing may break by that.
/// </summary>
/// <param name="Monotonic">The monotonic clock.</param>
/// <param name="WallMilliseconds">Unix time in milliseconds, as this machine believes it.</param>
public readonly record struct ClockReading(Instant Monotonic, long WallMilliseconds)
{
    /// <summary>The monotonic part, for machines that need no calendar.</summary>
    public static implicit operator Instant(ClockReading now) => now.Monotonic;

    /// <summary>The monotonic part, for machines that need no calendar.</summary>
    public Instant ToInstant() => Monotonic;
}
