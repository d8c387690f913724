using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// Statements on further branches of authors who forked more often than is kept unasked. They wait here, within named maxima and oldest
/// out first, in case that another author's statement names one.
/// </summary>
internal sealed class SetAsideStatements
{
    private readonly Dictionary<Bytes32, Statement> _byHash = [];
    private readonly Queue<Statement> _oldestFirst = [];
    private long _bytes;

    /// <summary>How many wait.</summary>
    internal int Count => _byHash.Count;

    /// <summary>Whether a statement waits.</summary>
    internal bool TryGet(Bytes32 hash, [NotNullWhen(true)] out Statement? statement) => _byHash.TryGetValue(hash, out statement);

    /// <summary>Lets a statement wait.</summary>
    internal void Add(Statement statement)
    {
        if (!_byHash.TryAdd(statement.Hash, statement))
        {
            return;
        }

        _oldestFirst.Enqueue(statement);
        _bytes += statement.Encoded.Length;
        while (_oldestFirst.Count > MembershipLimits.SetAsideMax || _bytes > MembershipLimits.SetAsideBytesMax)
        {
            Statement oldest = _oldestFirst.Dequeue();
            _bytes -= oldest.Encoded.Length;
            _byHash.Remove(oldest.Hash);
        }
    }
}
