namespace Kith.Protocol.Membership;

/// <summary>All that is known of one author's statements: one chain, or a tree where the author forked.</summary>
internal sealed class AuthorChain
{
    /// <summary>The last statement of each branch; one for an author who never forked.</summary>
    internal List<LogEntry> Heads { get; } = new(1);

    /// <summary>The first statements: more than one is a fork at the very start.</summary>
    internal List<LogEntry> Roots { get; } = new(1);

    /// <summary>The lowest sequence number that two statements claim; the largest number where there is no fork.</summary>
    internal ulong ForkSequence { get; private set; } = ulong.MaxValue;

    /// <summary>Whether the author forked.</summary>
    internal bool IsForked => ForkSequence != ulong.MaxValue;

    /// <summary>Whether a statement after this one (null: a first statement) would open a branch beside another.</summary>
    internal bool WouldFork(LogEntry? previous) => (previous?.Next ?? Roots).Count > 0;

    /// <summary>Adds a statement; true if it forks.</summary>
    internal bool Add(LogEntry entry)
    {
        List<LogEntry> siblings = entry.Previous?.Next ?? Roots;
        bool forks = siblings.Count > 0;
        siblings.Add(entry);
        if (forks)
        {
            ForkSequence = Math.Min(ForkSequence, entry.Statement.Sequence);
        }
        else if (entry.Previous is not null)
        {
            Heads.Remove(entry.Previous);
        }

        Heads.Add(entry);
        return forks;
    }
}
