namespace Kith.Protocol.Wire;

/// <summary>
/// A point on the node's monotonic clock, in ticks of 100 ns since an arbitrary start. Never goes back and knows nothing
/// of the calendar; deadlines and ages are computed from it. The core is handed instants and never reads a clock.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>A deadline that never comes.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The earlier of two instants: the usual way to join deadlines.</summary>
    public static Instant Min(Instant a, Instant b) => a.Ticks <= b.Ticks ? a : b;

    /// <summary>The later of two instants.</summary>
    public static Instant Max(Instant a, Instant b) => a.Ticks >= b.Ticks ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>This instant moved by a span; <see cref="Never"/> stays where it is.</summary>
    public Instant Add(TimeSpan span) => this == Never ? this : new Instant(Ticks + span.Ticks);

    /// <summary>The span from <paramref name="earlier"/> to this instant.</summary>
    public TimeSpan Subtract(Instant earlier) => new(Ticks - earlier.Ticks);

    /// <inheritdoc cref="Add"/>
    public static Instant operator +(Instant instant, TimeSpan span) => instant.Add(span);

    /// <summary>This instant moved back by a span.</summary>
    public static Instant operator -(Instant instant, TimeSpan span) => instant.Add(-span);

    /// <inheritdoc cref="Subtract"/>
    public static TimeSpan operator -(Instant later, Instant earlier) => later.Subtract(earlier);

    /// <summary>Whether the left instant comes first.</summary>
    public static bool operator <(Instant a, Instant b) => a.Ticks < b.Ticks;

    /// <summary>Whether the right instant comes first.</summary>
    public static bool operator >(Instant a, Instant b) => a.Ticks > b.Ticks;

    /// <summary>Whether the left instant comes first or both are the same.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Ticks <= b.Ticks;

    /// <summary>Whether the right instant comes first or both are the same.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Ticks >= b.Ticks;
}
