namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// BBR (draft-cardwell-iccrg-bbr-congestion-control-00): the window and the rate follow a model of the path, the highest rate of arrival in the last rounds and
/// the least round trip in the last seconds, and not single losses. Departs from the draft in four places: a share of losses that only a full queue
/// explains bounds what is in flight, as in its second version; the probe of the round trip halves the window instead of all but closing it; paths shorter than
/// <see cref="RoundTripLeast"/>, on which timers and batches of ours are longer than the path, are not paced; and streams to one address lean to each other's mean rate.
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
    private const double LossReduction = 0.7;
    private const double LimitGrowth = 1.0 / 16;
    private const long BurstBytesMax = 3 * 65536;
    private const double LeanToMean = 0.25;

    private static readonly double[] s_cycle = [1.25, 0.75, 1, 1, 1, 1, 1, 1];

    private RateMaximum _rate;
    private double _statedRate;
    private Phase _phase;
    private long _round;
    private long _nextRound;
    private double _fullRate;
    private int _fullRounds;
    private bool _isFull;
    private int _cycle;
    private long _cycleTicks;
    private int _probes = path.Probes;
    private int _changes = path.Changes;
    private long _probeEnd;
    private long _probeRound;
    private long _windowBefore;
    private LossShare _losses;
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
    public double BytesPerSecond => _rate.BytesPerSecond;

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
    public override void Pause() => State(0);

    /// <inheritdoc/>
    public override void Acknowledge(in RateSample sample, long inFlight, int segmentBytes)
    {
        bool isNewRound = sample.DeliveredBefore >= _nextRound;
        if (isNewRound)
        {
            _nextRound = sample.DeliveredTotal;
            _round++;
            _rate.BeginRound();
        }

        // What was measured over less than a round trip belongs to an earlier sending of what was repeated.
        if (sample.BytesPerSecond > 0 && sample.IntervalTicks >= path.Least && (!sample.IsAppLimited || sample.BytesPerSecond >= BytesPerSecond))
        {
            _rate.Add(sample.BytesPerSecond);
        }

        AnswerLosses(sample, inFlight, segmentBytes);
        path.Add(sample.RoundTripTicks, sample.NowTicks);
        if (_changes != path.Changes)
        {
            _changes = path.Changes;
            BeginAnew(segmentBytes);
        }

        if (isNewRound && !sample.IsAppLimited && !_isFull)
        {
            LookForFullPipe();
        }

        State(_isFull && !sample.IsAppLimited ? BytesPerSecond : 0);
        Move(sample, inFlight, segmentBytes);
        SetWindow(sample, segmentBytes);
        SetPacing();
    }

    // Another path: how much it carries is found out as at the beginning.
    private void BeginAnew(int segmentBytes)
    {
        Window = Math.Max(Window, InitialSegments * (long)segmentBytes);
        _phase = Phase.Startup;
        _isFull = false;
        _fullRate = 0;

        // The first rounds still show what the old path's window let through.
        _fullRounds = -RoundsWithoutGrowthMax;
        _flightLimit = long.MaxValue;
        PacingBytesPerSecond = 0;
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
    private void AnswerLosses(in RateSample sample, long inFlight, int segmentBytes)
    {
        // What was in flight when this was sent counts, which is more than is left of it now.
        if (!_losses.Add(sample, inFlight + sample.Delivered + sample.Lost, _round, segmentBytes))
        {
            return;
        }

        if (_losses.Value > LossShareMax)
        {
            _isFull = true;
            _flightLimit = Math.Max((long)(LossReduction * Math.Min(_flightLimit, _losses.FlightMax)), WindowSegmentsMin * (long)segmentBytes);
            _flightShare = LimitGrowth;
        }
        else if (_flightLimit < WindowMax)
        {
            // The longer there are few losses, the sooner the limit is forgotten.
            _flightLimit += Math.Max((long)(_flightLimit * _flightShare), 2L * segmentBytes);
            _flightShare *= 2;
        }

        _losses.Begin();
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

        double rate = Aim();
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

    private void State(double rate)
    {
        path.Rates.Replace(_statedRate, rate);
        _statedRate = rate;
    }

    // The rate that is aimed at: what was measured, nearer to the other streams'.
    private double Aim() => _statedRate > 0 && path.Rates.Mean is > 0 and double mean
        ? BytesPerSecond + (LeanToMean * (mean - BytesPerSecond))
        : BytesPerSecond;

    // Bytes that the path holds, times a gain.
    private long Product(double gain) => Aim() is > 0 and double rate
        ? (long)(gain * rate * Math.Max(path.Least, RoundTripLeast) / TimeSpan.TicksPerSecond)
        : Window;

    // What leaves in one piece and is acknowledged in one comes on top, at both ends and on the way.
    private long Burst() => Math.Min(BurstBytesMax, (long)(3 * Aim() / 1000));
}
