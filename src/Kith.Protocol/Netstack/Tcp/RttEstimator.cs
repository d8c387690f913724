namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// Smoothed round-trip time and retransmission timeout (RFC 6298). Times are ticks of 100 ns. The lower bound is 200 ms, as common systems
/// have it, instead of the RFC's one second: delayed acknowledgments stay below 40 ms on this stack and below 200 ms elsewhere.
/// </summary>
internal struct RttEstimator
{
    /// <summary>The timeout before the first measurement (RFC 6298 section 2.1).</summary>
    public const long InitialTimeoutTicks = TimeSpan.TicksPerSecond;

    /// <summary>The shortest timeout.</summary>
    public const long TimeoutTicksMin = 200 * TimeSpan.TicksPerMillisecond;

    /// <summary>The longest timeout, backoff included (RFC 6298 section 2.5).</summary>
    public const long TimeoutTicksMax = 60 * TimeSpan.TicksPerSecond;

    private const long GranularityTicks = TimeSpan.TicksPerMillisecond;

    private long _variation;

    /// <summary>The smoothed round-trip time; 0 before the first measurement.</summary>
    public long Smoothed { get; private set; }

    /// <summary>The timeout without backoff.</summary>
    public readonly long Timeout => Smoothed == 0
        ? InitialTimeoutTicks
        : Math.Clamp(Smoothed + Math.Max(GranularityTicks, 4 * _variation), TimeoutTicksMin, TimeoutTicksMax);

    /// <summary>The timeout after so many doublings (RFC 6298 section 5.5).</summary>
    public readonly long TimeoutAfter(int doublings) => Math.Min(TimeoutTicksMax, Timeout << Math.Min(doublings, 12));

    /// <summary>Takes one measurement of something that was sent once only (Karn's rule is the caller's).</summary>
    public void Add(long ticks)
    {
        ticks = Math.Max(1, ticks);
        if (Smoothed == 0)
        {
            Smoothed = ticks;
            _variation = ticks / 2;
            return;
        }

        _variation += (Math.Abs(Smoothed - ticks) - _variation) / 4;
        Smoothed = Math.Max(1, Smoothed + ((ticks - Smoothed) / 8));
    }
}
