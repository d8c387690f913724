using Kith.Node.Control;

namespace Kith.Apps.Local;

/// <summary>
/// Tells a person what goes wrong with single connections of something that runs on: each sentence once, and again only after a while, so that a program that tries
/// a hundred times makes one line. Thread-safe.
/// </summary>
internal sealed class ProblemReport
{
    /// <summary>How long the same sentence is not said again.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>The most sentences that are remembered.</summary>
    public const int SentencesMax = 64;

    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);
    private readonly Action<ControlException> _write;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();

    /// <summary>Makes a report over what writes a line.</summary>
    public ProblemReport(Action<ControlException> write, TimeProvider? clock = null)
    {
        _write = write;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Says what happened, unless it was said just now.</summary>
    public void Say(ControlException problem)
    {
        lock (_gate)
        {
            long now = _clock.GetTimestamp();
            if (_said.TryGetValue(problem.Message, out long before) && _clock.GetElapsedTime(before, now) < Quiet)
            {
                return;
            }

            if (_said.Count >= SentencesMax)
            {
                _said.Clear();
            }

            _said[problem.Message] = now;
            _write(problem);
        }
    }
}
