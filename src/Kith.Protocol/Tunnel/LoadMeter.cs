using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// Decides whether handshakes come faster than they should be worked on: counts them second by second, and is under load from the moment a second's
/// count exceeds the threshold until a whole second has stayed below. Not thread-safe.
/// </summary>
/// <param name="perSecondMax">Handshake messages in one second that are still served without proof of address.</param>
public sealed class LoadMeter(int perSecondMax)
{
    private long _second = long.MinValue;
    private int _count;
    private bool _previousWasLoaded;

    /// <summary>Counts one message; true if the node is under load.</summary>
    public bool Count(Instant now)
    {
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            _previousWasLoaded = second == _second + 1 && _count > perSecondMax;
            _second = second;
            _count = 0;
        }

        _count = Math.Min(_count + 1, int.MaxValue - 1);
        return _previousWasLoaded || _count > perSecondMax;
    }
}
