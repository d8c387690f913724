using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Fold;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// The log of one network: all statements that this node has, and the state folded from them. Statements are checked one by one as they are
/// added, whatever their source. Not thread-safe; the states it hands out are.
/// </summary>
public sealed partial class MembershipLog
{
    private readonly LogGraph _graph = new();
    private readonly SetAsideStatements _setAside = new();
    private readonly ArrivedStatements _statements;
    private FoldPass? _pass;
    private NetworkState? _state;

    private MembershipLog(NetworkId id)
    {
        Id = id;
        _statements = new ArrivedStatements(_graph.Arrived);
    }

    /// <summary>The network.</summary>
    public NetworkId Id { get; }

    /// <summary>
    /// All statements in the order in which they were added: every one after those it names. Only ever grows at its end, so whoever keeps
    /// them on disk, or sends them on, remembers how far it got.
    /// </summary>
    public IReadOnlyList<Statement> Statements => _statements;

    /// <summary>Whether the genesis statement is there, without which there is no state.</summary>
    public bool HasGenesis => _graph.Arrived.Count > 0;

    /// <summary>The state folded from the statements. Computed when asked for, and kept until a statement is added.</summary>
    /// <exception cref="InvalidOperationException">There is no genesis statement yet.</exception>
    public NetworkState State => StandIn ?? Folded ?? throw new InvalidOperationException("The log has no genesis statement yet.");

    /// <summary>The state as it was last known, which stands in for the folded one while statements are missing that were here before.</summary>
    internal NetworkState? StandIn { get; set; }

    /// <summary>The state folded from the statements that are here; null without a genesis.</summary>
    internal NetworkState? Folded => HasGenesis ? _state ??= CurrentPass().ToState(Id) : null;

    /// <summary>The last statement of every author's chain; several for one who forked. In no particular order.</summary>
    public IEnumerable<Head> Heads
    {
        get
        {
            foreach ((NodeId author, AuthorChain chain) in _graph.Authors)
            {
                foreach (LogEntry head in chain.Heads)
                {
                    yield return new Head(author, head.Statement.Sequence, head.Statement.Hash);
                }
            }
        }
    }

    internal LogGraph Graph => _graph;

    /// <summary>The most statements kept; less than <see cref="MembershipLimits.StatementsMax"/> only in tests, which could not sign so many.</summary>
    internal int StatementsMax { get; set; } = MembershipLimits.StatementsMax;

    /// <summary>The most bytes kept; less than <see cref="MembershipLimits.LogBytesMax"/> only in tests.</summary>
    internal long LogBytesMax { get; set; } = MembershipLimits.LogBytesMax;

    /// <summary>Statements that wait to be named by another author's before they are kept.</summary>
    internal int SetAsideCount => _setAside.Count;

    /// <summary>An empty log of a network whose id is known, for one that joins it.</summary>
    public static MembershipLog Empty(NetworkId id) => new(id);

    /// <summary>
    /// Opens a log from the statements that were kept of it, in the order in which they were added. All are checked again, signatures included.
    /// </summary>
    /// <param name="id">The network.</param>
    /// <param name="encodedStatements">The statements; none makes an empty log.</param>
    /// <param name="log">The log.</param>
    /// <param name="error">One line that says which statement is wrong and how.</param>
    public static bool TryOpen(
        NetworkId id, IEnumerable<ReadOnlyMemory<byte>> encodedStatements, [NotNullWhen(true)] out MembershipLog? log, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(encodedStatements);
        MembershipLog opened = new(id);
        int number = 0;
        log = null;
        error = null;
        foreach (ReadOnlyMemory<byte> encoded in encodedStatements)
        {
            number++;
            AddResult result = opened.TryAdd(encoded.Span, out _);
            if (result is not (AddResult.Added or AddResult.Fork or AddResult.Duplicate))
            {
                error = $"statement {number} of network {id} cannot be used: {result}";
                return false;
            }
        }

        log = opened;
        return true;
    }

    /// <summary>
    /// Opens a log from what could be saved of a damaged one: takes every statement that all it names is there for, in whatever order they are.
    /// </summary>
    /// <param name="id">The network.</param>
    /// <param name="encodedStatements">The statements.</param>
    /// <param name="waiting">Statements that name some that are not there.</param>
    internal static MembershipLog OpenWhatFits(NetworkId id, IEnumerable<ReadOnlyMemory<byte>> encodedStatements, out List<Statement> waiting)
    {
        MembershipLog opened = new(id);
        waiting = [];
        foreach (ReadOnlyMemory<byte> encoded in encodedStatements)
        {
            if (opened.TryAdd(encoded.Span, out Statement? statement) == AddResult.MissingParents)
            {
                waiting.Add(statement!);
            }
        }

        opened.TakeWaiting(waiting);
        return opened;
    }

    /// <summary>Adds what has waited and can be added now, and takes it off the list.</summary>
    internal void TakeWaiting(List<Statement> waiting)
    {
        int before;
        do
        {
            before = waiting.Count;
            waiting.RemoveAll(statement => Add(statement) != AddResult.MissingParents);
        }
        while (waiting.Count > 0 && waiting.Count < before);
    }

    /// <summary>The last statement of an author; null for one who has stated nothing. Of one who forked, the longest branch's.</summary>
    public Head? HeadOf(NodeId author)
    {
        LogEntry? head = _graph.Chain(author)?.Heads.MaxBy(static entry => (entry.Statement.Sequence, entry.Statement.Hash));
        return head is null ? null : new Head(author, head.Statement.Sequence, head.Statement.Hash);
    }

    /// <summary>Finds a statement by its hash.</summary>
    public bool TryGet(Bytes32 hash, [NotNullWhen(true)] out Statement? statement)
    {
        statement = _graph.TryGet(hash, out LogEntry? entry) ? entry.Statement : null;
        return statement is not null;
    }

    /// <summary>
    /// Opens the newest secret if it was sealed to this node. A node admitted after it was made gets it from a fellow member and checks it
    /// with <see cref="IsNewestSecret"/>.
    /// </summary>
    public bool TryOpenSecret(NodeKey key, out NetworkSecret secret)
    {
        secret = default;
        return NewestSecretBody() is NewSecretBody body && SecretSealing.TryOpen(Id, body, key, out secret);
    }

    /// <summary>Whether a secret got from a fellow member is the newest of the network.</summary>
    public bool IsNewestSecret(NetworkSecret secret) =>
        NewestSecretBody() is NewSecretBody body && body.Epoch == secret.Epoch && body.Commitment == secret.Commitment;

    /// <summary>
    /// The statements that one who has these heads, and all that they have seen, lacks; every one after those it names.
    /// Heads not known here tell nothing.
    /// </summary>
    public IReadOnlyList<Statement> CollectMissing(IEnumerable<Head> headsOfOther)
    {
        ArgumentNullException.ThrowIfNull(headsOfOther);
        List<LogEntry> known = [];
        foreach (Head head in headsOfOther)
        {
            if (_graph.TryGet(head.Hash, out LogEntry? entry))
            {
                known.Add(entry);
            }
        }

        return [.. _graph.Arrived.Where(entry => !known.Exists(entry.IsSeenBy)).Select(static entry => entry.Statement)];
    }

    private NewSecretBody? NewestSecretBody() =>
        HasGenesis && CurrentPass().Secret is LogEntry entry ? (NewSecretBody)entry.Statement.Body : null;

    private FoldPass CurrentPass() => _pass ??= RevocationResolver.Resolve(_graph);
}
