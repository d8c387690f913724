using Kith.Protocol.Identity;

namespace Kith.Protocol.Membership.Fold;

/// <summary>
/// Which statements of forked authors count. Without a ruling: those before the fork. With one: the branch on which the named head lies,
/// and what follows it up to the next fork.
/// </summary>
internal sealed class ForkRulings
{
    private readonly LogGraph _graph;
    private readonly IReadOnlyDictionary<NodeId, LogEntry> _heads;
    private readonly Dictionary<NodeId, HashSet<LogEntry>> _standing = [];
    private readonly HashSet<NodeId> _frozen = [];

    /// <summary>Rules by the heads that admins named.</summary>
    internal ForkRulings(LogGraph graph, IReadOnlyDictionary<NodeId, LogEntry> heads)
    {
        _graph = graph;
        _heads = heads;
        foreach ((NodeId author, AuthorChain chain) in graph.Authors)
        {
            if (chain.IsForked && !(heads.TryGetValue(author, out LogEntry? head) && Stand(author, chain, head)))
            {
                _frozen.Add(author);
            }
        }
    }

    /// <summary>Whether an author waits for a ruling.</summary>
    internal bool IsFrozen(NodeId author) => _frozen.Contains(author);

    /// <summary>Whether the author's own forks leave this statement standing.</summary>
    internal bool Stands(LogEntry entry)
    {
        AuthorChain chain = _graph.Authors[entry.Statement.Author];
        return entry.Statement.Sequence < chain.ForkSequence
            || (_standing.TryGetValue(entry.Statement.Author, out HashSet<LogEntry>? standing) && standing.Contains(entry));
    }

    /// <summary>Whether these are the heads ruled by.</summary>
    internal bool AreBy(IReadOnlyDictionary<NodeId, LogEntry> heads) =>
        heads.Count == _heads.Count && heads.All(pair => _heads.TryGetValue(pair.Key, out LogEntry? head) && head == pair.Value);

    private bool Stand(NodeId author, AuthorChain chain, LogEntry head)
    {
        HashSet<LogEntry> standing = [];
        for (LogEntry? entry = head; entry is not null && entry.Statement.Sequence >= chain.ForkSequence; entry = entry.Previous)
        {
            standing.Add(entry);
        }

        LogEntry last = head;
        while (last.Next.Count == 1)
        {
            last = last.Next[0];
            standing.Add(last);
        }

        _standing.Add(author, standing);
        return last.Next.Count == 0;
    }
}
