using Kith.Protocol.Wire;

namespace Kith.Protocol.Core.Nuisances;

/// <summary>Whether the other side of a control stream reads what is there for it. Looked at about once a second.</summary>
internal sealed class ReadingPace
{
    private Instant? _since;
    private long _sentThen;

    /// <summary>True once the stream has been full for <see cref="NuisanceLimits.ReadingTime"/> and took less than <see cref="NuisanceLimits.ReadBytesMin"/> in it.</summary>
    public bool IsTooSlow(Instant now, ControlStream stream)
    {
        if (stream.CanProduce)
        {
            _since = null;
            return false;
        }

        if (_since is not { } since || stream.SentBytes - _sentThen >= NuisanceLimits.ReadBytesMin)
        {
            _since = now;
            _sentThen = stream.SentBytes;
            return false;
        }

        return now - since >= NuisanceLimits.ReadingTime;
    }
}
