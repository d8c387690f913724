namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The least round trip to one remote address in the last seconds, known by all connections to it: one that began while the others' data stood in a queue
/// would otherwise take the queue for a part of the path, and more than its share. Lives as long as a connection uses it.
/// </summary>
internal sealed class PathRoundTrip
{
    /// <summary>How long a measurement counts, in ticks.</summary>
    public const long MemoryTicks = 10 * TimeSpan.TicksPerSecond;

    /// <summary>
    /// After how long, in ticks, without any round trip below four times the least one it is another path: a device has left the house, or its peer. Until then the
    /// windows of all streams are those of the path that was.
    /// </summary>
    public const long ChangeTicks = TimeSpan.TicksPerSecond / 2;

    // Queues of our own making stand at twice the least at most, but for a few rounds at the beginning, and each stream lets them run low every eighth round.
    private const double QueueFactor = 2.25;
    private const int QueueRounds = 10;
    private const int ChangeFactor = 4;
    private const int ChangeSamplesMin = 4;

    private long _measuredAt;
    private long _watchedSince;
    private long _watchedLeast;
    private int _watched;

    /// <summary>The least round trip in ticks; 0 before the first.</summary>
    public long Least { get; private set; }

    /// <summary>How often the path was to be measured anew, which all connections do at once because only then its queue runs empty.</summary>
    public int Probes { get; private set; }

    /// <summary>How often it proved to be another path.</summary>
    public int Changes { get; private set; }

    /// <summary>How fast its streams are.</summary>
    public RateShare Rates { get; } = new();

    /// <summary>Connections that use it.</summary>
    public int Users { get; set; }

    /// <summary>Takes a measurement; 0 is none.</summary>
    public void Add(long roundTripTicks, long nowTicks)
    {
        if (roundTripTicks <= 0)
        {
            return;
        }

        bool isStale = Least > 0 && nowTicks > _measuredAt + MemoryTicks;
        if (Least == 0 || roundTripTicks <= Least || isStale)
        {
            Probes += isStale ? 1 : 0;
            Least = roundTripTicks;
            _measuredAt = nowTicks;
        }

        Watch(roundTripTicks, nowTicks);
    }

    private void Watch(long roundTripTicks, long nowTicks)
    {
        long known = Math.Max(Least, BbrControl.RoundTripLeast);
        if (roundTripTicks <= QueueFactor * known)
        {
            _watched = 0;
            return;
        }

        _watchedLeast = _watched == 0 ? roundTripTicks : Math.Min(_watchedLeast, roundTripTicks);
        _watchedSince = _watched == 0 ? nowTicks : _watchedSince;
        long enough = _watchedLeast > ChangeFactor * known ? ChangeTicks : Math.Max(ChangeTicks, QueueRounds * _watchedLeast);
        if (++_watched >= ChangeSamplesMin && nowTicks - _watchedSince >= enough)
        {
            Least = _watchedLeast;
            _measuredAt = nowTicks;
            _watched = 0;
            Changes++;
        }
    }
}
