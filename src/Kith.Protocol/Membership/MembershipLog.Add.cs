using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>How statements get into the log.</summary>
public sealed partial class MembershipLog
{
    /// <summary>Checks a statement and adds it.</summary>
    /// <param name="encoded">The statement as it travels.</param>
    /// <param name="statement">The decoded statement, if its form is sound, whatever became of it.</param>
    /// <remarks>A time far in the future is no reason to refuse: clocks may be years off, and time only breaks ties.</remarks>
    public AddResult TryAdd(ReadOnlySpan<byte> encoded, out Statement? statement) =>
        Statement.TryDecode(encoded, out statement) ? Add(statement) : AddResult.Malformed;

    /// <summary>Checks a statement and adds it.</summary>
    public AddResult Add(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (statement.Network != Id)
        {
            return AddResult.WrongNetwork;
        }

        if (_graph.TryGet(statement.Hash, out _))
        {
            return AddResult.Duplicate;
        }

        bool onSetAside = false;
        foreach (Bytes32 parent in NamedBy(statement))
        {
            if (!_graph.TryGet(parent, out _))
            {
                if (!_setAside.TryGet(parent, out Statement? waiting))
                {
                    return AddResult.MissingParents;
                }

                onSetAside |= waiting.Author == statement.Author;
            }
        }

        if (!statement.IsSigned() || (statement.Body is JoinBody join && !join.IsSignedByInvite(Id, statement.Author)))
        {
            return AddResult.BadSignature;
        }

        if (onSetAside)
        {
            _setAside.Add(statement);
            return AddResult.TooMany;
        }

        foreach (Bytes32 parent in NamedBy(statement))
        {
            if (!TryFetch(parent))
            {
                return AddResult.MissingParents;
            }
        }

        return AddChecked(statement, mayFork: false);
    }

    private static IEnumerable<Bytes32> NamedBy(Statement statement) =>
        statement.Previous.IsZero ? statement.Parents : statement.Parents.Prepend(statement.Previous);

    /// <summary>Makes sure that a statement is in the log which another author names: takes it, and what it stands on, from those set aside.</summary>
    private bool TryFetch(Bytes32 hash)
    {
        Stack<Statement> wanted = [];
        for (Bytes32 at = hash; !_graph.TryGet(at, out _);)
        {
            if (!_setAside.TryGet(at, out Statement? waiting))
            {
                return false;
            }

            wanted.Push(waiting);
            at = waiting.Previous;
            if (at.IsZero)
            {
                break;
            }
        }

        while (wanted.TryPop(out Statement? next))
        {
            if (next.Parents.Any(parent => !_graph.TryGet(parent, out _)) || AddChecked(next, mayFork: true) is not (AddResult.Added or AddResult.Fork))
            {
                return false;
            }
        }

        return true;
    }

    private AddResult AddChecked(Statement statement, bool mayFork)
    {
        if (!TryFindParents(statement, out LogEntry? previous, out List<LogEntry>? parents))
        {
            return AddResult.Malformed;
        }

        if (previous is null && statement.Type != BodyType.Genesis && !_graph.IsIntroduced(statement, parents))
        {
            return AddResult.Stranger;
        }

        if (_graph.Arrived.Count >= StatementsMax || _graph.Bytes + statement.Encoded.Length > LogBytesMax)
        {
            return AddResult.TooMany;
        }

        if (IsReserved(statement))
        {
            return AddResult.TooMany;
        }

        AuthorChain? chain = _graph.Chain(statement.Author);
        if (!mayFork && chain is not null && chain.WouldFork(previous)
            && chain.Heads.Count >= MembershipLimits.BranchesMax && statement.Sequence >= chain.ForkSequence)
        {
            _setAside.Add(statement);
            return AddResult.TooMany;
        }

        LogEntry entry = _graph.Add(statement, previous, parents, out bool isLast, out bool forks);
        _state = null;
        if (isLast && !forks && !_graph.Chain(statement.Author)!.IsForked && statement.Body is not (RevokeBody or AdmitBody))
        {
            _pass?.Apply(entry);
        }
        else
        {
            _pass = null;
        }

        return forks ? AddResult.Fork : AddResult.Added;
    }

    // The last quarter of a log is for admins: whoever else fills the rest cannot keep them from revoking it.
    private bool IsReserved(Statement statement) =>
        (_graph.Arrived.Count >= StatementsMax / 4 * 3 || _graph.Bytes + statement.Encoded.Length > LogBytesMax / 4 * 3)
        && HasGenesis
        && !(State.Members.TryGetValue(statement.Author, out Member? author) && author.Role == MemberRole.Admin);

    private bool TryFindParents(Statement statement, out LogEntry? previous, [NotNullWhen(true)] out List<LogEntry>? parents)
    {
        previous = null;
        parents = new List<LogEntry>(statement.Parents.Count + 1);
        if (!statement.Previous.IsZero)
        {
            _graph.TryGet(statement.Previous, out previous);
            if (previous is null || previous.Statement.Author != statement.Author || previous.Statement.Sequence + 1 != statement.Sequence)
            {
                return false;
            }

            parents.Add(previous);
        }

        foreach (Bytes32 hash in statement.Parents)
        {
            if (!_graph.TryGet(hash, out LogEntry? parent))
            {
                return false;
            }

            parents.Add(parent);
        }

        return true;
    }
}
