namespace Kith.Lab.Emulator;

/// <summary>
/// Decides what happens to each frame of one direction: when it arrives, or that it does not. Without clock and sockets, so that a seed
/// replays it. Times are ticks of 100 ns from any origin that does not go back. Not thread-safe.
/// </summary>
internal sealed class LinkModel(int seed)
{
    private readonly Random _random = new(seed);
    private long _lineFreeAt;
    private long _lastArrival;
    private bool _isBad;

    /// <summary>Frames that the model lost on purpose.</summary>
    public long Lost { get; private set; }

    /// <summary>Frames dropped because the queue for the bounded rate was full.</summary>
    public long Overflowed { get; private set; }

    /// <summary>
    /// Takes a frame of <paramref name="bytes"/> at <paramref name="now"/>. Returns how many copies arrive (0, 1 or 2), all at
    /// <paramref name="arrival"/>.
    /// </summary>
    public int Handle(long now, int bytes, LinkConditions conditions, out long arrival)
    {
        arrival = now;
        if (IsLost(conditions))
        {
            Lost++;
            return 0;
        }

        if (conditions.BitsPerSecond > 0)
        {
            long begin = Math.Max(now, _lineFreeAt);
            double waiting = (double)(begin - now) / TimeSpan.TicksPerSecond * conditions.BitsPerSecond / 8;
            if (waiting + bytes > conditions.EffectiveQueueBytes)
            {
                Overflowed++;
                return 0;
            }

            _lineFreeAt = begin + (long)(bytes * 8.0 * TimeSpan.TicksPerSecond / conditions.BitsPerSecond);
            arrival = _lineFreeAt;
        }

        arrival += conditions.Delay.Ticks;
        if (conditions.Jitter > TimeSpan.Zero)
        {
            arrival += (long)(((_random.NextDouble() * 2) - 1) * conditions.Jitter.Ticks);
        }

        arrival = Math.Max(arrival, now);
        if (Happens(conditions.Reordering))
        {
            arrival += conditions.ReorderingDelay.Ticks;
        }
        else
        {
            arrival = Math.Max(arrival, _lastArrival);
            _lastArrival = arrival;
        }

        return Happens(conditions.Duplication) ? 2 : 1;
    }

    private bool IsLost(LinkConditions conditions)
    {
        if (conditions.Bursts is BurstLoss bursts)
        {
            _isBad = _isBad ? !Happens(bursts.BadToGood) : Happens(bursts.GoodToBad);
        }
        else
        {
            _isBad = false;
        }

        return conditions.Blackout || _isBad || Happens(conditions.Loss);
    }

    // A chance of 0 draws nothing, so that an unused condition does not change what a seed does.
    private bool Happens(double chance) => chance > 0 && _random.NextDouble() < chance;
}
