namespace Kith.Protocol.Membership;

/// <summary>A statement at its place in the graph: its parents are known, so everything it has seen is known.</summary>
internal sealed class LogEntry
{
    /// <summary>The statement.</summary>
    internal required Statement Statement { get; init; }

    /// <summary>The place in order of arrival, from 0.</summary>
    internal required int Index { get; init; }

    /// <summary>The author's statement before; null for the first.</summary>
    internal required LogEntry? Previous { get; init; }

    /// <summary>All that this names: the statement before and the others'.</summary>
    internal required IReadOnlyList<LogEntry> Parents { get; init; }

    /// <summary>The branch that this lies on.</summary>
    internal required int Branch { get; init; }

    /// <summary>The position on the branch, from 1.</summary>
    internal required int Position { get; init; }

    /// <summary>What this has seen, itself included.</summary>
    internal required CausalClock Clock { get; init; }

    /// <summary>The author's statements that follow this: more than one is a fork. Mostly one, so the list is made late.</summary>
    internal List<LogEntry> Next { get; } = new(1);

    /// <summary>The place in the fold's order, kept by <see cref="StatementOrder"/>.</summary>
    internal int Order { get; set; }

    /// <summary>Whether this is in what <paramref name="other"/> has seen, or is it.</summary>
    internal bool IsSeenBy(LogEntry other) => other.Clock.Seen(Branch) >= Position;

    /// <summary>Compares as the fold's order breaks ties: by time, then by hash.</summary>
    internal int CompareKeyTo(LogEntry other)
    {
        int order = Statement.Time.CompareTo(other.Statement.Time);
        return order != 0 ? order : Statement.Hash.CompareTo(other.Statement.Hash);
    }
}
