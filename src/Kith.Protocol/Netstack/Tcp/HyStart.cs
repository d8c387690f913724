namespace Kith.Protocol.Netstack.Tcp;

/// <summary>HyStart++ (RFC 9406): ends the first slow start when the round trip grows, before the path's queue overflows. Times are ticks.</summary>
internal struct HyStart
{
    private const long ThresholdMin = 4 * TimeSpan.TicksPerMillisecond;
    private const long ThresholdMax = 16 * TimeSpan.TicksPerMillisecond;
    private const int ThresholdDivisor = 8;
    private const int SamplesMin = 8;
    private const int ConservativeGrowthDivisor = 4;
    private const int ConservativeRoundsMax = 5;

    private long _roundEnd;
    private long _roundMin;
    private long _lastRoundMin;
    private long _baseline;
    private int _samples;
    private int _conservativeRounds;

    /// <summary>By what the window's growth is divided: 1, or 4 in conservative slow start.</summary>
    public readonly int GrowthDivisor => _conservativeRounds > 0 ? ConservativeGrowthDivisor : 1;

    /// <summary>Takes one acknowledgment; true when slow start is to end.</summary>
    public bool Acknowledge(long acknowledged, long sendNext, long roundTripTicks)
    {
        if (acknowledged >= _roundEnd)
        {
            _roundEnd = sendNext;
            _lastRoundMin = _roundMin;
            _roundMin = 0;
            _samples = 0;
            if (_conservativeRounds > 0 && ++_conservativeRounds > ConservativeRoundsMax)
            {
                return true;
            }
        }

        if (roundTripTicks > 0)
        {
            _roundMin = _roundMin == 0 ? roundTripTicks : Math.Min(_roundMin, roundTripTicks);
            _samples++;
        }

        if (_samples < SamplesMin || _lastRoundMin == 0)
        {
            return false;
        }

        if (_conservativeRounds > 0)
        {
            if (_roundMin < _baseline)
            {
                _conservativeRounds = 0;
            }
        }
        else if (_roundMin >= _lastRoundMin + Math.Clamp(_lastRoundMin / ThresholdDivisor, ThresholdMin, ThresholdMax))
        {
            _baseline = _roundMin;
            _conservativeRounds = 1;
        }

        return false;
    }
}
