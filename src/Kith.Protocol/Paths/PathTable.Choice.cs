using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>Which path data takes: class first, then speed, and no change without a clear gain.</summary>
public sealed partial class PathTable
{
    // A path taken on the word of one packet is given up for a proven one after this many pings without an answer.
    private const int ProvisionalAttempts = 3;

    private void Choose(Instant now)
    {
        PathState? best = null;
        foreach (PathState path in _paths)
        {
            if (path.Status == PathStatus.Working && (best is null || CompareWorking(path, best) < 0))
            {
                best = path;
            }
        }

        SetCurrent(_current is { } current && KeepsCurrent(current, best) ? current : best, now);
    }

    private static int CompareWorking(PathState a, PathState b)
    {
        int order = (a.Misses > 0).CompareTo(b.Misses > 0);
        order = order != 0 ? order : a.Class.CompareTo(b.Class);
        return order != 0 ? order : (a.Rtt ?? TimeSpan.MaxValue).CompareTo(b.Rtt ?? TimeSpan.MaxValue);
    }

    private static bool KeepsCurrent(PathState current, PathState? best) => current.Status switch
    {
        PathStatus.Working => best is null || best == current || !IsClearlyBetter(best, current),
        PathStatus.Probing => best is null || best.Misses > 0 || (current.Attempts < ProvisionalAttempts && best.Class >= current.Class),
        _ => false,
    };

    private static bool IsClearlyBetter(PathState other, PathState current)
    {
        if (current.Misses > 0 && other.Misses == 0)
        {
            return other.LastHeard > current.LastHeard;
        }

        if (other.Misses > 0 || other.Class != current.Class)
        {
            return other.Misses == 0 && other.Class < current.Class;
        }

        return other.Rtt is { } otherRtt && current.Rtt is { } currentRtt && otherRtt < (currentRtt * PathTimings.BetterFactor) - PathTimings.BetterMargin;
    }

    private void SetCurrent(PathState? path, Instant now)
    {
        PathState? previous = _current;
        _current = path;
        if (path is not null && path != previous && path.Status == PathStatus.Working)
        {
            path.NextProbe = Instant.Min(path.NextProbe, now + path.Life.Interval);
        }

        if (path is not null && path.Status == PathStatus.Working)
        {
            BeginMtuSearch(path, now);
        }

        NoteChanges();
    }

    private void NoteChanges()
    {
        (InternetEndpoint Endpoint, int Mtu)? state = _current is { } path ? (path.Endpoint, path.Mtu) : null;
        if (state?.Endpoint != _announced?.Endpoint)
        {
            Raise(PathEvent.ChoiceChanged);
        }
        else if (state?.Mtu != _announced?.Mtu)
        {
            Raise(PathEvent.MtuChanged);
        }

        _announced = state;
        if (_wasOnline != Online)
        {
            _wasOnline = Online;
            Raise(PathEvent.OnlineChanged);
        }
    }

    // An event only says "look again", so one of each waiting is enough.
    private void Raise(PathEvent pathEvent)
    {
        if (!_events.Contains(pathEvent))
        {
            _events.Enqueue(pathEvent);
        }
    }
}
