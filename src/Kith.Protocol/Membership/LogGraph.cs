using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>The statements of a log as a graph, in which every parent is known: who has seen what, where authors forked, in which order to fold.</summary>
internal sealed class LogGraph
{
    private readonly Dictionary<Bytes32, LogEntry> _byHash = [];
    private readonly Dictionary<NodeId, AuthorChain> _authors = [];
    private readonly Dictionary<NodeId, List<LogEntry>> _invites = [];
    private readonly Dictionary<NodeId, List<LogEntry>> _admits = [];
    private readonly HashSet<LogEntry> _tips = [];
    private readonly List<LogEntry> _arrived = [];
    private readonly StatementOrder _order = new();
    private int _branchCount;

    /// <summary>All entries in order of arrival: every statement after its parents.</summary>
    internal IReadOnlyList<LogEntry> Arrived => _arrived;

    /// <summary>All entries in the fold's order.</summary>
    internal IReadOnlyList<LogEntry> Ordered => _order.Entries;

    /// <summary>The entries that no other names.</summary>
    internal IReadOnlyCollection<LogEntry> Tips => _tips;

    /// <summary>The authors and their chains.</summary>
    internal IReadOnlyDictionary<NodeId, AuthorChain> Authors => _authors;

    /// <summary>The bytes of all statements.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Finds a statement by its hash.</summary>
    internal bool TryGet(Bytes32 hash, [NotNullWhen(true)] out LogEntry? entry) => _byHash.TryGetValue(hash, out entry);

    /// <summary>The chain of an author, or null for one who has stated nothing.</summary>
    internal AuthorChain? Chain(NodeId author) => _authors.GetValueOrDefault(author);

    /// <summary>The first statement that arrived of an invite, or null.</summary>
    internal LogEntry? InviteOf(NodeId key) => _invites.GetValueOrDefault(key)?[0];

    /// <summary>Whether a first statement of a new author has seen what lets such an author in: the invite it joins by, or an admission.</summary>
    internal bool IsIntroduced(Statement first, IReadOnlyList<LogEntry> parents)
    {
        List<LogEntry>? introductions = first.Body is JoinBody join ? _invites.GetValueOrDefault(join.InviteKey) : _admits.GetValueOrDefault(first.Author);
        return introductions is not null && introductions.Exists(entry => parents.Any(entry.IsSeenBy));
    }

    /// <summary>Adds a statement whose parents are known.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="previous">The author's statement before.</param>
    /// <param name="parents">All parents, that one included.</param>
    /// <param name="isLast">Whether the statement stands last in the fold's order.</param>
    /// <param name="forks">Whether its author forked by it.</param>
    internal LogEntry Add(Statement statement, LogEntry? previous, IReadOnlyList<LogEntry> parents, out bool isLast, out bool forks)
    {
        if (!_authors.TryGetValue(statement.Author, out AuthorChain? chain))
        {
            chain = new AuthorChain();
            _authors.Add(statement.Author, chain);
        }

        bool newBranch = previous is null || chain.WouldFork(previous);
        int branch = newBranch ? _branchCount++ : previous!.Branch;
        int position = newBranch ? 1 : previous!.Position + 1;
        LogEntry entry = new()
        {
            Statement = statement,
            Index = _arrived.Count,
            Previous = previous,
            Parents = parents,
            Branch = branch,
            Position = position,
            Clock = CausalClock.After([.. parents.Select(static parent => parent.Clock)], branch, position),
        };
        forks = chain.Add(entry);
        _byHash.Add(statement.Hash, entry);
        _arrived.Add(entry);
        Bytes += statement.Encoded.Length;
        _tips.ExceptWith(parents);
        _tips.Add(entry);
        isLast = _order.Insert(entry);
        if (statement.Body is InviteBody invite)
        {
            AddTo(_invites, invite.InviteKey, entry);
        }
        else if (statement.Body is AdmitBody admit)
        {
            AddTo(_admits, admit.Node, entry);
        }

        return entry;
    }

    private static void AddTo(Dictionary<NodeId, List<LogEntry>> index, NodeId key, LogEntry entry)
    {
        if (!index.TryGetValue(key, out List<LogEntry>? list))
        {
            list = new List<LogEntry>(1);
            index.Add(key, list);
        }

        list.Add(entry);
    }
}
