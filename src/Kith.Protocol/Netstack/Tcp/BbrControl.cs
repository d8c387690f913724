using System.Runtime.CompilerServices;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// BBR (draft-cardwell-iccrg-bbr-congestion-control-00): the window and the rate follow a model of the path, the highest rate of arrival in the last rounds and
/// the least round trip in the last seconds, and not single losses. Departs from the draft in three places: a share of losses that only a full queue
/// explains bounds what is in flight, as in its second version; the probe of the round trip halves the window instead of all but closing it; and paths shorter than
/// <see cref="RoundTripLeast"/>, on which timers and batches of ours are longer than the path, are not paced.
/// </summary>
internal sealed class BbrControl(PathRoundTrip path) : CongestionControl
{
    /// <summary>The round trip in ticks that is reckoned with at least.</summary>
    public const long RoundTripLeast = 2 * TimeSpan.TicksPerMillisecond;

    /// <summary>The least window, in segments.</summary>
    public const int WindowSegmentsMin = 4;

    private const double StartGain = 2.885;
    private const double WindowGain = 2;
    private const double PacingMargin = 0.99;
    private const double GrowthOfStart = 1.25;
    private const int RoundsWithoutGrowthMax = 3;
    private const long RoundTripProbe = 200 * TimeSpan.TicksPerMillisecond;
    private const double LossShareMax = 0.05;
    private const int LossSegmentsMin = 256;
    private const double LossReduction = 0.7;
    private const double LimitGrowth = 1.0 / 16;
    private const long BurstBytesMax = 3 * 65536;

    private static readonly double[] s_cycle = [1.25, 0.75, 1, 1, 1, 1, 1, 1];

    private Rates _rates;
    private Phase _phase;
    private long _round;
    private long _nextRound;
    private double _fullRate;
    private int _fullRounds;
    private bool _isFull;
    private int _cycle;
    private long _cycleTicks;
    private int _probes = path.Probes;
    private long _probeEnd;
    private long _probeRound;
    private long _windowBefore;
    private long _lossDelivered;
    private long _lossLost;
    private long _lossRound;
    private long _flightMax;
    private double _flightShare;
    private long _flightLimit = long.MaxValue;

    private enum Phase
    {
        Startup,
        Drain,
        ProbeRate,
        ProbeRoundTrip,
    }

    /// <summary>The path's rate in bytes a second, as far as is known.</summary>
    public double BytesPerSecond
    {
        get
        {
            double most = 0;
            foreach (double rate in (ReadOnlySpan<double>)_rates)
            {
                most = Math.Max(most, rate);
            }

            return most;
        }
    }

    /// <inheritdoc/>
    public override bool AnswersLossItself => true;

    /// <inheritdoc/>
    public override void Restart(int segmentBytes, long idleTicks)
    {
        // What is known of the path stays true for longer than a silence; pacing keeps the beginning from being a burst.
    }

    /// <inheritdoc/>
    public override void Grow(long nowTicks, long bytes, int segmentBytes, long smoothedTicks)
    {
    }

    /// <inheritdoc/>
    public override void Watch(long acknowledged, long sendNext, long roundTripTicks)
    {
    }

    /// <inheritdoc/>
    public override void Reduce(int segmentBytes)
    {
    }

    /// <inheritdoc/>
    public override void Acknowledge(in RateSample sample, long inFlight, int segmentBytes)
    {
        bool isNewRound = sample.DeliveredBefore >= _nextRound;
        if (isNewRound)
        {
            _nextRound = sample.DeliveredTotal;
            _round++;
            _rates[(int)(_round % Rates.Count)] = 0;
        }

        // What was in flight when this was sent counts, which is more than is left of it now.
        _flightMax = Math.Max(_flightMax, inFlight + sample.Delivered + sample.Lost);

        // What was measured over less than a round trip belongs to an earlier sending of what was repeated.
        if (sample.BytesPerSecond > 0 && sample.IntervalTicks >= path.Least && (!sample.IsAppLimited || sample.BytesPerSecond >= BytesPerSecond))
        {
            ref double rate = ref _rates[(int)(_round % Rates.Count)];
            rate = Math.Max(rate, sample.BytesPerSecond);
        }

        CountLosses(sample, segmentBytes);
        path.Add(sample.RoundTripTicks, sample.NowTicks);
        if (isNewRound && !sample.IsAppLimited && !_isFull)
        {
            LookForFullPipe();
        }

        Move(sample, inFlight, segmentBytes);
        SetWindow(sample, segmentBytes);
        SetPacing();
    }

    private void LookForFullPipe()
    {
        double rate = BytesPerSecond;
        if (rate >= _fullRate * GrowthOfStart)
        {
            _fullRate = rate;
            _fullRounds = 0;
        }
        else
        {
            _isFull = ++_fullRounds >= RoundsWithoutGrowthMax;
        }
    }

    private void Move(in RateSample sample, long inFlight, int segmentBytes)
    {
        if (_phase == Phase.Startup && _isFull)
        {
            _phase = Phase.Drain;
        }

        if (_phase == Phase.Drain && inFlight <= Product(1))
        {
            EnterProbeRate(sample.NowTicks);
        }

        if (_phase == Phase.ProbeRate)
        {
            Cycle(sample, inFlight);
        }

        // A path too short to be paced is measured between batches anyway.
        bool isDue = _probes != path.Probes;
        _probes = path.Probes;
        if (isDue && _phase != Phase.ProbeRoundTrip && path.Least >= RoundTripLeast)
        {
            _phase = Phase.ProbeRoundTrip;
            _windowBefore = Window;
            _probeEnd = 0;
        }

        if (_phase == Phase.ProbeRoundTrip)
        {
            ProbeRoundTrips(sample, inFlight, segmentBytes);
        }
    }

    private void Cycle(in RateSample sample, long inFlight)
    {
        bool isOver = sample.NowTicks - _cycleTicks > Math.Max(path.Least, RoundTripLeast);
        double gain = s_cycle[_cycle];
        if (gain > 1)
        {
            isOver &= sample.Lost > 0 || inFlight >= Product(gain);
        }
        else if (gain < 1)
        {
            isOver |= inFlight <= Product(1);
        }

        if (isOver)
        {
            _cycle = (_cycle + 1) % s_cycle.Length;
            _cycleTicks = sample.NowTicks;
        }
    }

    private void ProbeRoundTrips(in RateSample sample, long inFlight, int segmentBytes)
    {
        if (_probeEnd == 0)
        {
            if (inFlight <= ProbeWindow(segmentBytes))
            {
                _probeEnd = sample.NowTicks + RoundTripProbe;
                _probeRound = _round;
            }
        }
        else if (sample.NowTicks > _probeEnd && _round > _probeRound)
        {
            Window = Math.Max(Window, _windowBefore);
            if (_isFull)
            {
                EnterProbeRate(sample.NowTicks);
            }
            else
            {
                _phase = Phase.Startup;
            }
        }
    }

    private void EnterProbeRate(long nowTicks)
    {
        _phase = Phase.ProbeRate;
        _cycle = 2;
        _cycleTicks = nowTicks;
    }

    // Single losses say nothing, and neither do a few packets; a share of many does.
    private void CountLosses(in RateSample sample, int segmentBytes)
    {
        _lossDelivered += sample.Delivered;
        _lossLost += sample.Lost;
        long total = _lossDelivered + _lossLost;
        if (_round <= _lossRound || total < (long)LossSegmentsMin * segmentBytes)
        {
            return;
        }

        if (_lossLost > LossShareMax * total)
        {
            _isFull = true;
            _flightLimit = Math.Max((long)(LossReduction * Math.Min(_flightLimit, _flightMax)), WindowSegmentsMin * (long)segmentBytes);
            _flightShare = LimitGrowth;
        }
        else if (_flightLimit < WindowMax)
        {
            // The longer there are few losses, the sooner the limit is forgotten.
            _flightLimit += Math.Max((long)(_flightLimit * _flightShare), 2L * segmentBytes);
            _flightShare *= 2;
        }

        _lossDelivered = 0;
        _lossLost = 0;
        _lossRound = _round;
        _flightMax = 0;
    }

    private void SetWindow(in RateSample sample, int segmentBytes)
    {
        long target = Product(_isFull ? WindowGain : StartGain) + Burst();
        if (_isFull)
        {
            Window = Math.Min(Window + sample.Delivered, target);
        }
        else if (Window < target || sample.DeliveredTotal < InitialSegments * (long)segmentBytes)
        {
            Window += sample.Delivered;
        }

        Window = Math.Clamp(Math.Min(Window, _flightLimit), WindowSegmentsMin * (long)segmentBytes, WindowMax);
        if (_phase == Phase.ProbeRoundTrip)
        {
            Window = Math.Min(Window, ProbeWindow(segmentBytes));
        }
    }

    private void SetPacing()
    {
        if (path.Least is > 0 and < RoundTripLeast)
        {
            PacingBytesPerSecond = 0;
            return;
        }

        double rate = BytesPerSecond;
        if (rate == 0 || (PacingBytesPerSecond == 0 && !_isFull))
        {
            rate = Window * (double)TimeSpan.TicksPerSecond / Math.Max(path.Least, RoundTripLeast);
        }

        double gain = _phase switch
        {
            Phase.Startup => StartGain,
            Phase.Drain => 1 / StartGain,
            Phase.ProbeRate => s_cycle[_cycle],
            _ => 1,
        };
        long pacing = (long)(rate * gain * PacingMargin);
        if (_isFull || pacing > PacingBytesPerSecond)
        {
            PacingBytesPerSecond = Math.Max(1, pacing);
        }
    }

    private long ProbeWindow(int segmentBytes) => Math.Max(Product(0.5), WindowSegmentsMin * (long)segmentBytes);

    // Bytes that the path holds, times a gain.
    private long Product(double gain) => BytesPerSecond is > 0 and double rate
        ? (long)(gain * rate * Math.Max(path.Least, RoundTripLeast) / TimeSpan.TicksPerSecond)
        : Window;

    // What leaves in one piece and is acknowledged in one comes on top, at both ends and on the way.
    private long Burst() => Math.Min(BurstBytesMax, (long)(3 * BytesPerSecond / 1000));

    // The highest rate of each of the last rounds.
    [InlineArray(Count)]
    private struct Rates
    {
        public const int Count = 10;

        private double _first;
    }
}
