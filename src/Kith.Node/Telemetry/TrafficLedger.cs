using Kith.Node.Control;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Node.Telemetry;

/// <summary>
/// Splits what was sent to and received from each member by the kind of path it took. The counters are the members'; whenever a path changes, and whenever somebody
/// looks, what came since goes to the kind of path it had. Not thread-safe: the core's loop calls it.
/// </summary>
internal sealed class TrafficLedger
{
    private readonly Dictionary<NodeId, Entry> _members = [];
    private readonly Dictionary<PathKind, (long Sent, long Received)> _totals = [];

    /// <summary>The kinds of path that anything took, with the bytes sent and received on them.</summary>
    public IReadOnlyDictionary<PathKind, (long Sent, long Received)> Totals => new Dictionary<PathKind, (long, long)>(_totals);

    /// <summary>Books what came since the last time.</summary>
    /// <param name="peers">All members as they are counted now.</param>
    /// <param name="kindOf">How a core's path is named.</param>
    public void Update(IReadOnlyList<PeerMeasure> peers, Func<PeerMeasure, PathKind> kindOf)
    {
        foreach (PeerMeasure peer in peers)
        {
            Entry before = _members.GetValueOrDefault(peer.Node);
            PathKind now = kindOf(peer);

            // A member that was removed and came back counts from zero again.
            bool isNew = peer.BytesSent < before.Sent || peer.BytesReceived < before.Received;
            PathKind kind = before.Kind == PathKind.None || isNew ? now : before.Kind;
            long sent = peer.BytesSent - (isNew ? 0 : before.Sent);
            long received = peer.BytesReceived - (isNew ? 0 : before.Received);
            if (sent + received > 0)
            {
                (long Sent, long Received) total = _totals.GetValueOrDefault(kind);
                _totals[kind] = (total.Sent + sent, total.Received + received);
            }

            _members[peer.Node] = new Entry(now, peer.BytesSent, peer.BytesReceived);
        }

        if (_members.Count > peers.Count)
        {
            HashSet<NodeId> there = [.. peers.Select(peer => peer.Node)];
            foreach (NodeId gone in _members.Keys.Where(node => !there.Contains(node)).ToList())
            {
                _members.Remove(gone);
            }
        }
    }

    private readonly record struct Entry(PathKind Kind, long Sent, long Received);
}
