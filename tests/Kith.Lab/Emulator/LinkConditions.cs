namespace Kith.Lab.Emulator;

/// <summary>How a link treats frames in one direction. The default is a perfect cable.</summary>
internal sealed record LinkConditions
{
    /// <summary>A cable without any trouble.</summary>
    public static readonly LinkConditions Perfect = new();

    /// <summary>Every frame is late by this much.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Added to or taken from the delay, uniformly up to this much. Frames keep their order: see <see cref="Reordering"/>.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Share of frames that are lost, each on its own: 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Loss in bursts, in addition; null for none.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>Share of frames that are held back so that later ones overtake them: 0 to 1.</summary>
    public double Reordering { get; init; }

    /// <summary>How long such a frame is held back.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Share of frames that arrive twice: 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>Bits per second, Ethernet header included; 0 for no bound.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Bytes that may wait for a bounded rate before frames are dropped at the tail; 0 for 100 ms worth, at least 64 KiB.</summary>
    public long QueueBytesMax { get; init; }

    /// <summary>True if nothing passes at all, while the cable still looks plugged in.</summary>
    public bool Blackout { get; init; }

    /// <summary>The bytes that may wait, with the default filled in.</summary>
    internal long EffectiveQueueBytes => QueueBytesMax > 0 ? QueueBytesMax : Math.Max(64 * 1024, BitsPerSecond / 80);
}
