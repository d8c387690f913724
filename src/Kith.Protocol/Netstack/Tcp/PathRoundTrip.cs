namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// The least round trip to one remote address in the last seconds, known by all connections to it: one that began while the others' data stood in a queue
/// would otherwise take the queue for a part of the path, and more than its share. Lives as long as a connection uses it.
/// </summary>
internal sealed class PathRoundTrip
{
    /// <summary>How long a measurement counts, in ticks.</summary>
    public const long MemoryTicks = 10 * TimeSpan.TicksPerSecond;

    private long _measuredAt;

    /// <summary>The least round trip in ticks; 0 before the first.</summary>
    public long Least { get; private set; }

    /// <summary>How often the path was to be measured anew, which all connections do at once because only then its queue runs empty.</summary>
    public int Probes { get; private set; }

    /// <summary>Connections that use it.</summary>
    public int Users { get; set; }

    /// <summary>Takes a measurement; 0 is none.</summary>
    public void Add(long roundTripTicks, long nowTicks)
    {
        bool isStale = Least > 0 && nowTicks > _measuredAt + MemoryTicks;
        if (roundTripTicks > 0 && (Least == 0 || roundTripTicks <= Least || isStale))
        {
            Probes += isStale ? 1 : 0;
            Least = roundTripTicks;
            _measuredAt = nowTicks;
        }
    }
}
