using Kith.Protocol.Wire;

namespace Kith.Protocol.Relay;

/// <summary>
/// How many bytes a node passes on for others: a rate with a burst, as one number, the instant at which all that was taken will have been paid for (the
/// "virtual scheduling" of ITU-T I.371). Safe from any thread, without locks and without allocating.
/// </summary>
public sealed class RelayBudget
{
    private readonly long _bytesPerSecond;
    private long _paidAt = long.MinValue;
    private long _passedBytes;
    private long _refusedBytes;

    /// <summary>A budget of so many bytes a second; 0 or less for no limit.</summary>
    public RelayBudget(long bytesPerSecond)
    {
        _bytesPerSecond = bytesPerSecond;
    }

    /// <summary>What may be taken at once after a pause, in seconds of the rate: short enough that nobody waits behind it, long enough for a batch of packets.</summary>
    public static TimeSpan Burst { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A budget that never refuses.</summary>
    public static RelayBudget Unlimited { get; } = new(0);

    /// <summary>Bytes a second; 0 for no limit.</summary>
    public long BytesPerSecond => Math.Max(0, _bytesPerSecond);

    /// <summary>Bytes taken so far.</summary>
    public long PassedBytes => Interlocked.Read(ref _passedBytes);

    /// <summary>Bytes refused so far.</summary>
    public long RefusedBytes => Interlocked.Read(ref _refusedBytes);

    /// <summary>Takes bytes; false if the rate does not allow them now, then nothing is taken.</summary>
    public bool TryTake(Instant now, int bytes)
    {
        if (_bytesPerSecond > 0 && !TryPay(now.Ticks, bytes))
        {
            Interlocked.Add(ref _refusedBytes, bytes);
            return false;
        }

        Interlocked.Add(ref _passedBytes, bytes);
        return true;
    }

    private bool TryPay(long now, int bytes)
    {
        long price = (long)((Int128)bytes * TimeSpan.TicksPerSecond / _bytesPerSecond);
        while (true)
        {
            long paidAt = Volatile.Read(ref _paidAt);
            long start = Math.Max(paidAt, now);

            // What is larger than the whole burst passes after a pause, or it never would.
            if (start > now && start - now + price > Burst.Ticks)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _paidAt, start + price, paidAt) == paidAt)
            {
                return true;
            }
        }
    }
}
