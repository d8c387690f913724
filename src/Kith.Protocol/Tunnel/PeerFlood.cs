using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What one peer takes of what all share on this node, and how much of it was refused. Any thread counts; the core takes the counts now and then and says whose they are.
/// </summary>
public sealed class PeerFlood
{
    /// <summary>Frames a second that a peer may have the core answer, relay frames aside. An honest one sends some pings on each of its paths, and 150 a second while holes are punched.</summary>
    public const int FramesPerSecondMax = 1000;

    /// <summary>Frames that may come at once.</summary>
    public const int FrameBurst = 4000;

    private readonly RateBudget _frames = new(FramesPerSecondMax, FrameBurst);
    private int _waiting;
    private long _refusedFrames;
    private long _refusedItems;
    private long _refusedRelays;

    /// <summary>One more thing of the peer waits for the core; returns how many do. Goes with <see cref="Leave"/>.</summary>
    public int Enter() => Interlocked.Increment(ref _waiting);

    /// <summary>One thing less waits.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>Notes something that was dropped because too much of the peer waited already.</summary>
    public void Refuse() => Interlocked.Increment(ref _refusedItems);

    /// <summary>Notes relay frames that were neither taken nor passed on.</summary>
    public void RefuseRelay() => Interlocked.Increment(ref _refusedRelays);

    /// <summary>Takes a frame from the peer's budget; false, and counted, if it is spent.</summary>
    public bool TryTakeFrame(Instant now)
    {
        bool taken = _frames.TryTake(now);
        if (!taken)
        {
            Interlocked.Increment(ref _refusedFrames);
        }

        return taken;
    }

    /// <summary>What was refused since the last time.</summary>
    public (long Frames, long Items, long Relays) TakeRefused() =>
        (Interlocked.Exchange(ref _refusedFrames, 0), Interlocked.Exchange(ref _refusedItems, 0), Interlocked.Exchange(ref _refusedRelays, 0));
}
