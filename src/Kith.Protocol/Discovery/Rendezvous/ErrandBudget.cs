using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// How many whole lookups may be spent on members that are not there: <see cref="RendezvousTimings.SeekBurst"/> at once, then one in each
/// <see cref="RendezvousTimings.SeekInterval"/>, however many are missing. So a device that waits costs a bounded amount an hour.
/// </summary>
public sealed class ErrandBudget
{
    private double _left = RendezvousTimings.SeekBurst;
    private Instant? _at;

    /// <summary>Takes one, if there is one.</summary>
    public bool TryTake(Instant now)
    {
        _left = Math.Min(RendezvousTimings.SeekBurst, _left + (_at is { } at ? (now - at) / RendezvousTimings.SeekInterval : 0));
        _at = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
