using Kith.Apps.Copying;
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

    /// <summary>Says that the far end of a connection broke, and why, if that was found out.</summary>
    /// <param name="result">How the connection ended.</param>
    /// <param name="far">Its far end.</param>
    /// <param name="target">What a person calls that.</param>
    public void SayOf(CopyResult result, IDuplexEnd far, object target)
    {
        if (far is not WatchedEnd watched)
        {
            // A server somewhere else, whose resets are its own business.
            return;
        }

        if (watched.Problem is not null)
        {
            Say(watched.Problem);
        }
        else if (result == CopyResult.FarBroke)
        {
            Say(new ControlException(ControlError.ConnectionLost, $"A connection to {target} broke: it was reset there, or the link was lost.", string.Empty));
        }
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
