using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>Both clocks of everybody in a world; they move when they are told to.</summary>
internal sealed class VirtualTime
{
    private const long StartWallMilliseconds = 1_767_225_600_000;
    private static readonly Instant s_start = new(TimeSpan.FromHours(1).Ticks);

    /// <summary>The monotonic clock.</summary>
    public Instant Now { get; private set; } = s_start;

    /// <summary>Both clocks.</summary>
    public ClockReading Reading => new(Now, StartWallMilliseconds + (long)(Now - s_start).TotalMilliseconds);

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => Now - s_start;

    /// <summary>Moves on; never back.</summary>
    public void AdvanceTo(Instant to) => Now = Instant.Max(Now, to);
}
