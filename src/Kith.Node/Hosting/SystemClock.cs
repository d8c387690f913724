using System.Diagnostics;
using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>The machine's clocks in the core's form. Thread-safe.</summary>
internal static class SystemClock
{
    // The monotonic clock starts above zero so that the first instant is already later than "never happened".
    private static readonly long Origin = Stopwatch.GetTimestamp() - Stopwatch.Frequency;

    /// <summary>The monotonic clock.</summary>
    public static Instant Now => new(Stopwatch.GetElapsedTime(Origin).Ticks);

    /// <summary>Both clocks.</summary>
    public static ClockReading Read() => new(Now, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
}
