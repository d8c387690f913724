namespace Kith.Lab.Netstack;

/// <summary>What the loop does to packets between the kernel and the stack, in both directions.</summary>
internal sealed record LinkTrouble
{
    public static LinkTrouble None { get; } = new();

    /// <summary>The share of packets that is lost.</summary>
    public double Loss { get; init; }

    /// <summary>The share of packets that is held back for <see cref="HoldMilliseconds"/>, so that later ones overtake it.</summary>
    public double Reordering { get; init; }

    public double HoldMilliseconds { get; init; } = 2;

    /// <summary>When, after the first packet, the link goes down.</summary>
    public TimeSpan BlackoutStart { get; init; } = TimeSpan.MaxValue;

    public TimeSpan Blackout { get; init; }

    public bool IsNone => Loss == 0 && Reordering == 0 && BlackoutStart == TimeSpan.MaxValue;
}
