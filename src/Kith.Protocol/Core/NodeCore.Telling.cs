using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>
/// When news of others is told on. At once, unless there was some a moment ago: in a network of thousands where everybody comes at once, one message to each member
/// for each piece of news would be millions.
/// </content>
public sealed partial class NodeCore
{
    private static readonly TimeSpan TellPausePerStream = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan TellPauseMax = TimeSpan.FromSeconds(1);

    private Instant _tellAt = Instant.Never;
    private Instant _tellNotBefore;

    private void TellNews(ClockReading now)
    {
        if (now.Monotonic < _tellNotBefore)
        {
            _tellAt = Instant.Min(_tellAt, _tellNotBefore);
            return;
        }

        _tellAt = Instant.Never;
        TimeSpan pause = TellPausePerStream * _syncStreams.Count;
        _tellNotBefore = now.Monotonic + (pause < TellPauseMax ? pause : TellPauseMax);
        foreach (SyncStream stream in _syncStreams)
        {
            SendWhereabouts(now, stream);
            SendLinks(now, stream);
        }
    }

    private void TellNewsIfDue(ClockReading now)
    {
        if (now.Monotonic >= _tellAt)
        {
            TellNews(now);
        }
    }
}
