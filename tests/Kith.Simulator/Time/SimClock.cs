using Kith.Protocol.Wire;

namespace Kith.Simulator.Time;

/// <summary>Virtual time: stands still until an event is due, then jumps there.</summary>
internal sealed class SimClock
{
    /// <summary>Unix time at which simulations begin: 2026-01-01T00:00:00Z.</summary>
    public const long WallStartMilliseconds = 1_767_225_600_000;

    /// <summary>The time now. Does not begin at zero, so that nobody takes zero for "now".</summary>
    public Instant Now { get; private set; } = new(TimeSpan.TicksPerHour);

    /// <summary>The time since the simulation began.</summary>
    public TimeSpan Elapsed => Now - new Instant(TimeSpan.TicksPerHour);

    /// <summary>Goes forward; never back.</summary>
    public void AdvanceTo(Instant instant) => Now = Instant.Max(Now, instant);

    /// <summary>Both clocks of a machine whose wall clock is wrong by <paramref name="skew"/> and whose monotonic one stood still for <paramref name="slept"/>.</summary>
    public ClockReading Read(TimeSpan skew, TimeSpan slept) => new(Now - slept, WallStartMilliseconds + (long)(Elapsed + skew).TotalMilliseconds);
}
