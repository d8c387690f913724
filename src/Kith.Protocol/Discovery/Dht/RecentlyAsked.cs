using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>
/// Newcomers that were asked a short while ago whether they are there. Two nodes without room for each other would otherwise answer each question with one of
/// their own, for ever. Not thread-safe.
/// </summary>
internal sealed class RecentlyAsked
{
    /// <summary>Newcomers remembered; when there are more all are forgotten.</summary>
    public const int Max = 256;

    private static readonly TimeSpan s_span = TimeSpan.FromMinutes(5);

    private readonly HashSet<InternetEndpoint> _asked = [];
    private Instant _since = new(long.MinValue / 2);

    /// <summary>Whether it was not asked in this span of five minutes; then it counts as asked.</summary>
    public bool TryAdd(Instant now, in InternetEndpoint endpoint)
    {
        if (now - _since >= s_span || _asked.Count >= Max)
        {
            _since = now;
            _asked.Clear();
        }

        return _asked.Add(endpoint);
    }
}
