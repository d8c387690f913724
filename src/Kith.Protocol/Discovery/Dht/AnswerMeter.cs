using Kith.Protocol.Discovery.Dht.Routing;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>How many queries are answered: counted in seconds, over all and for each network, so that nobody can use us to flood others. Not thread-safe.</summary>
public sealed class AnswerMeter
{
    private readonly Dictionary<ulong, int> _sources = [];
    private Instant _second = new(long.MinValue / 2);
    private int _all;

    /// <summary>Whether one more query of this source may be answered in this second.</summary>
    public bool TryTake(Instant now, InternetAddress source)
    {
        if (now - _second >= TimeSpan.FromSeconds(1))
        {
            _second = now;
            _all = 0;
            _sources.Clear();
        }

        ulong prefix = NetworkPrefix.Of(source);
        int taken = _sources.GetValueOrDefault(prefix);
        if (_all >= DhtLimits.AnswersPerSecondMax || taken >= DhtLimits.AnswersPerSecondPerSourceMax || (taken == 0 && _sources.Count >= DhtLimits.SourcesMax))
        {
            return false;
        }

        _sources[prefix] = taken + 1;
        _all++;
        return true;
    }
}
