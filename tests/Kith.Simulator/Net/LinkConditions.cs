namespace Kith.Simulator.Net;

/// <summary>How well datagrams are carried. Immutable.</summary>
internal sealed record LinkConditions
{
    /// <summary>The least time a datagram takes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(0.2);

    /// <summary>How much longer it may take, uniformly. More than the distance between datagrams reorders them.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(0.1);

    /// <summary>The share of datagrams that is lost.</summary>
    public double LossShare { get; init; }

    /// <summary>The share that arrives twice.</summary>
    public double DuplicateShare { get; init; }

    /// <summary>The share that is held back for up to <see cref="ReorderDelay"/>.</summary>
    public double ReorderShare { get; init; }

    /// <summary>How long datagrams are held back at most.</summary>
    public TimeSpan ReorderDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The share that arrives with some bytes changed, or cut off, in spite of the checksums of the layers below.</summary>
    public double CorruptShare { get; init; }

    /// <summary>The largest IP packet; of larger ones only the pieces pass, where they may be cut. Nobody is told, as where ICMP is filtered.</summary>
    public int MtuBytes { get; init; } = 1500;

    /// <summary>Whether pieces of packets pass.</summary>
    public bool PassesFragments { get; init; }

    /// <summary>A good cable.</summary>
    public static LinkConditions Cable { get; } = new();

    /// <summary>Two good lines and the Internet between them.</summary>
    public static LinkConditions Internet { get; } = new() { Delay = TimeSpan.FromMilliseconds(12), Jitter = TimeSpan.FromMilliseconds(4) };

    /// <summary>A radio link that loses, repeats and reorders.</summary>
    public static LinkConditions Bad { get; } = new()
    {
        Delay = TimeSpan.FromMilliseconds(20),
        Jitter = TimeSpan.FromMilliseconds(30),
        LossShare = 0.05,
        DuplicateShare = 0.02,
        ReorderShare = 0.05,
    };

    /// <summary>Both, one after the other.</summary>
    public LinkConditions Then(LinkConditions? next) => next is null ? this : new LinkConditions
    {
        Delay = Delay + next.Delay,
        Jitter = Jitter + next.Jitter,
        LossShare = 1 - ((1 - LossShare) * (1 - next.LossShare)),
        DuplicateShare = Math.Max(DuplicateShare, next.DuplicateShare),
        ReorderShare = Math.Max(ReorderShare, next.ReorderShare),
        ReorderDelay = ReorderDelay > next.ReorderDelay ? ReorderDelay : next.ReorderDelay,
        CorruptShare = Math.Max(CorruptShare, next.CorruptShare),
        MtuBytes = Math.Min(MtuBytes, next.MtuBytes),
        PassesFragments = PassesFragments && next.PassesFragments,
    };
}
