using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>
/// Notices that the machine slept or stood still, by its clocks: in sleep the wall clock goes on and the monotonic one does not; a stopped process or virtual
/// machine is simply late. A wall clock that somebody sets looks the same; probing anew then costs a few packets. Not thread-safe.
/// </summary>
internal sealed class SleepWatch
{
    /// <summary>How far the clocks may part, and how much later than asked for the loop may wake.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(8);

    private readonly TimeSpan _turnMax;
    private ClockReading? _last;

    /// <summary>Watches a loop that comes by at least each <paramref name="turnMax"/>.</summary>
    public SleepWatch(TimeSpan turnMax) => _turnMax = turnMax;

    /// <summary>To be called at every turn; true if the machine slept since the last.</summary>
    public bool HasSlept(ClockReading now)
    {
        bool hasSlept = false;
        if (_last is { } last)
        {
            TimeSpan passed = now.Monotonic - last.Monotonic;
            TimeSpan wall = TimeSpan.FromMilliseconds(now.WallMilliseconds - last.WallMilliseconds);
            hasSlept = wall - passed > Tolerance || passed > _turnMax + Tolerance;
        }

        _last = now;
        return hasSlept;
    }
}
