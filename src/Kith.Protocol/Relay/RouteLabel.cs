namespace Kith.Protocol.Relay;

/// <summary>The best way between a root and one member of a <see cref="LinkGraph"/>.</summary>
/// <param name="Cost">The sum of its links' costs in microseconds.</param>
/// <param name="Hops">How many links it has; 0 for the root itself.</param>
/// <param name="First">The root's neighbour on it, by index; -1 for the root itself and what is out of reach.</param>
/// <param name="Last">The member's neighbour on it, by index; -1 likewise.</param>
public readonly record struct RouteLabel(long Cost, int Hops, int First, int Last)
{
    /// <summary>No way leads there.</summary>
    public static RouteLabel Unreachable { get; } = new(long.MaxValue, int.MaxValue, -1, -1);

    /// <summary>Whether a way leads there.</summary>
    public bool IsReachable => Cost != long.MaxValue;

    /// <summary>The order of ways: cost, then number of links. Both ends of a way come to the same cost and number, whichever of them computes.</summary>
    public int CompareWay(RouteLabel other) => Cost != other.Cost ? Cost.CompareTo(other.Cost) : Hops.CompareTo(other.Hops);
}
