namespace Kith.Protocol.Netstack.Tcp;

/// <summary>The congestion window: CUBIC (RFC 9438) with HyStart++ in the first slow start and an initial window of ten segments (RFC 6928).</summary>
internal sealed class CubicControl : CongestionControl
{
    // RFC 9438 sections 4.1 and 4.6.
    private const double C = 0.4;
    private const double Beta = 0.7;
    private const double FriendlyAlpha = 3 * (1 - Beta) / (1 + Beta);

    // RFC 9406 section 4.3: without pacing no acknowledgment may open the window by more than eight segments.
    private const int SlowStartSegmentsMax = 8;

    private HyStart _hyStart;
    private double _fraction;
    private double _windowMax;
    private double _friendlyWindow;
    private double _windowBefore;
    private double _k;
    private long _epochTicks;

    /// <summary>Whether the window doubles each round trip.</summary>
    public bool IsSlowStart => Window < Threshold;

    /// <inheritdoc/>
    public override bool AnswersLossItself => false;

    /// <summary>Begins anew after a silence longer than the retransmission timeout (RFC 5681 section 4.1), which is not counted as growth.</summary>
    public override void Restart(int segmentBytes, long idleTicks)
    {
        Window = Math.Min(Window, InitialSegments * (long)segmentBytes);
        _epochTicks = _epochTicks == 0 ? 0 : _epochTicks + idleTicks;
    }

    /// <summary>Grows for bytes that were acknowledged while the window was what limited the sender.</summary>
    public override void Grow(long nowTicks, long bytes, int segmentBytes, long smoothedTicks)
    {
        if (IsSlowStart)
        {
            long growth = Math.Min(bytes, SlowStartSegmentsMax * (long)segmentBytes) / _hyStart.GrowthDivisor;
            Window = Math.Min(WindowMax, Math.Min(Threshold, Window + growth));
            return;
        }

        GrowCubic(nowTicks, (double)bytes / segmentBytes, segmentBytes, smoothedTicks);
    }

    /// <summary>Watches the round trip in the first slow start.</summary>
    public override void Watch(long acknowledged, long sendNext, long roundTripTicks)
    {
        if (Threshold == long.MaxValue && _hyStart.Acknowledge(acknowledged, sendNext, roundTripTicks))
        {
            Threshold = Window;
        }
    }

    /// <summary>A loss: lowers the threshold and remembers where the window stood (RFC 9438 sections 4.6 and 4.7). The caller sets the window.</summary>
    public override void Reduce(int segmentBytes)
    {
        double segments = (double)Window / segmentBytes;
        _windowMax = segments < _windowMax ? segments * (1 + Beta) / 2 : segments;
        _windowBefore = segments;
        Threshold = Math.Max((long)(Window * Beta), 2L * segmentBytes);
        _epochTicks = 0;
        _fraction = 0;
    }

    /// <inheritdoc/>
    public override void Acknowledge(in RateSample sample, long inFlight, int segmentBytes)
    {
    }

    private void GrowCubic(long nowTicks, double acknowledged, int segmentBytes, long smoothedTicks)
    {
        double segments = Math.Max(1, (double)Window / segmentBytes);
        if (_epochTicks == 0)
        {
            _epochTicks = nowTicks;
            _friendlyWindow = segments;
            _windowMax = Math.Max(_windowMax, segments);
            _k = Math.Cbrt((_windowMax - segments) / C);
        }

        double seconds = (double)(nowTicks - _epochTicks) / TimeSpan.TicksPerSecond;
        double roundTrip = (double)smoothedTicks / TimeSpan.TicksPerSecond;
        double alpha = _friendlyWindow >= _windowBefore ? 1 : FriendlyAlpha;
        _friendlyWindow += alpha * acknowledged / segments;
        double growth;
        if (Cubic(seconds) < _friendlyWindow)
        {
            growth = Math.Max(0, _friendlyWindow - segments);
        }
        else
        {
            double target = Math.Clamp(Cubic(seconds + roundTrip), segments, 1.5 * segments);
            growth = (target - segments) / segments * acknowledged;
        }

        _fraction += Math.Min(growth, segments / 2) * segmentBytes;
        long whole = (long)_fraction;
        _fraction -= whole;
        Window = Math.Min(WindowMax, Window + whole);
    }

    private double Cubic(double seconds)
    {
        double distance = seconds - _k;
        return (C * distance * distance * distance) + _windowMax;
    }
}
