using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;

namespace Kith.Protocol.Membership.Fold;

/// <summary>The revocations that count, and what they void.</summary>
internal sealed class RevocationSet
{
    private readonly HashSet<LogEntry> _all = [];
    private readonly Dictionary<NodeId, List<LogEntry>> _ofNodes = [];
    private readonly Dictionary<NodeId, List<LogEntry>> _ofInvites = [];

    internal IEnumerable<LogEntry> OfNodes => _ofNodes.Values.SelectMany(static list => list);

    internal bool Contains(LogEntry revocation) => _all.Contains(revocation);

    internal bool HasInvite(NodeId key) => _ofInvites.ContainsKey(key);

    internal void Add(LogEntry revocation)
    {
        RevokeBody body = (RevokeBody)revocation.Statement.Body;
        Dictionary<NodeId, List<LogEntry>> index = body.IsInvite ? _ofInvites : _ofNodes;
        if (!index.TryGetValue(body.Key, out List<LogEntry>? list))
        {
            list = new List<LogEntry>(1);
            index.Add(body.Key, list);
        }

        list.Add(revocation);
        _all.Add(revocation);
    }

    /// <summary>Whether any of them voids a statement.</summary>
    internal bool Voids(LogEntry entry) => VoidersOf(entry, _ofNodes, _ofInvites).Any();

    /// <summary>Those that void a statement.</summary>
    internal IEnumerable<LogEntry> VoidersOf(LogEntry entry) => VoidersOf(entry, _ofNodes, _ofInvites);

    /// <summary>
    /// Whether a revocation voids a statement: one by the revoked device that the revocation had not seen or that comes after the last that
    /// stands, or a join by the revoked invite that the revocation had not seen. A revocation does not void itself (a device that leaves).
    /// </summary>
    internal static bool Voids(LogEntry revocation, LogEntry entry)
    {
        RevokeBody body = (RevokeBody)revocation.Statement.Body;
        if (revocation == entry)
        {
            return false;
        }

        return body.IsInvite
            ? entry.Statement.Body is JoinBody join && join.InviteKey == body.Key && !entry.IsSeenBy(revocation)
            : entry.Statement.Author == body.Key && !(entry.Statement.Sequence <= body.LastStanding && entry.IsSeenBy(revocation));
    }

    private static IEnumerable<LogEntry> VoidersOf(
        LogEntry entry, Dictionary<NodeId, List<LogEntry>> ofNodes, Dictionary<NodeId, List<LogEntry>> ofInvites)
    {
        IEnumerable<LogEntry> found = ofNodes.TryGetValue(entry.Statement.Author, out List<LogEntry>? byAuthor)
            ? byAuthor.Where(revocation => Voids(revocation, entry))
            : [];
        return entry.Statement.Body is JoinBody join && ofInvites.TryGetValue(join.InviteKey, out List<LogEntry>? byInvite)
            ? found.Concat(byInvite.Where(revocation => Voids(revocation, entry)))
            : found;
    }
}
