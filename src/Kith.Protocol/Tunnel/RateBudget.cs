using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// A rate with a burst, as one number: the instant at which all that was taken will have been paid for (the "virtual scheduling" of ITU-T I.371). Safe from any
/// thread, without locks and without allocating.
/// </summary>
/// <param name="perSecond">Units a second on average.</param>
/// <param name="burst">Units at once after a pause.</param>
public sealed class RateBudget(long perSecond, long burst)
{
    private readonly long _burstTicks = burst * TimeSpan.TicksPerSecond / perSecond;
    private long _paidAt = long.MinValue / 2;

    /// <summary>Whether anything may be taken now: something is left of the burst.</summary>
    public bool HasCredit(Instant now) => Volatile.Read(ref _paidAt) - now.Ticks < _burstTicks;

    /// <summary>When <see cref="HasCredit"/> will hold, if nothing more is taken before.</summary>
    public Instant CreditAt => new(Volatile.Read(ref _paidAt) - _burstTicks + 1);

    /// <summary>Takes units, also beyond what is left: then nothing may be taken until they are paid for.</summary>
    public void Charge(Instant now, long units)
    {
        long price = units * TimeSpan.TicksPerSecond / perSecond;
        long paidAt;
        do
        {
            paidAt = Volatile.Read(ref _paidAt);
        }
        while (Interlocked.CompareExchange(ref _paidAt, Math.Max(paidAt, now.Ticks) + price, paidAt) != paidAt);
    }

    /// <summary>Takes one unit; false if none is left.</summary>
    public bool TryTake(Instant now)
    {
        if (!HasCredit(now))
        {
            return false;
        }

        Charge(now, 1);
        return true;
    }
}
