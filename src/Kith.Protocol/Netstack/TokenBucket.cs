using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>Lets a burst through and then so many a second. The zero value is not usable; time may stand still but not go back.</summary>
internal struct TokenBucket(int burst, int perSecond)
{
    private readonly long _ticksPerToken = TimeSpan.TicksPerSecond / perSecond;
    private readonly long _ticksMax = burst * (TimeSpan.TicksPerSecond / perSecond);
    private long _credit = burst * (TimeSpan.TicksPerSecond / perSecond);
    private long _updated = long.MinValue;

    /// <summary>Takes one token if there is one.</summary>
    public bool TryTake(Instant now)
    {
        if (_updated != long.MinValue && now.Ticks > _updated)
        {
            _credit = Math.Min(_ticksMax, _credit + (now.Ticks - _updated));
        }

        _updated = Math.Max(_updated, now.Ticks);
        if (_credit < _ticksPerToken)
        {
            return false;
        }

        _credit -= _ticksPerToken;
        return true;
    }
}
