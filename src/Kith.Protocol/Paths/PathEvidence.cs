using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>What was tried on one path and what came back: what <c>kith why</c> tells. Written by the <see cref="PathTable"/> only; read on the same thread.</summary>
public sealed class PathEvidence
{
    /// <summary>When it was first pinged.</summary>
    public Instant? FirstProbed { get; private set; }

    /// <summary>When it was last pinged.</summary>
    public Instant? LastProbed { get; private set; }

    /// <summary>Pings sent, openers included.</summary>
    public long PingsSent { get; private set; }

    /// <summary>Pings answered.</summary>
    public long Answers { get; private set; }

    /// <summary>When a ping was last answered.</summary>
    public Instant? LastAnswered { get; private set; }

    /// <summary>Time there and back of the last ping that was answered, unsmoothed.</summary>
    public TimeSpan? LastRtt { get; private set; }

    /// <summary>Why it last failed.</summary>
    public PathFailure LastFailure { get; private set; }

    /// <summary>When it last failed.</summary>
    public Instant? LastFailed { get; private set; }

    /// <summary>By what it came about.</summary>
    public PathTrick Trick { get; internal set; }

    internal void NotePing(Instant now)
    {
        FirstProbed ??= now;
        LastProbed = now;
        PingsSent++;
    }

    internal void NoteAnswer(Instant now, TimeSpan rtt)
    {
        Answers++;
        LastAnswered = now;
        LastRtt = rtt;
    }

    internal void NoteFailure(Instant now, PathFailure failure)
    {
        LastFailure = failure;
        LastFailed = now;
    }
}
