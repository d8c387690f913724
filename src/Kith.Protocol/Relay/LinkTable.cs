using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Relay;

/// <summary>
/// The newest <see cref="LinkReport"/> of each member of one network. Never replaces a report by an older one. Whose reports may come in is the caller's to
/// decide. Kept in memory only: what it says is worth nothing after a restart. Not thread-safe.
/// </summary>
public sealed class LinkTable
{
    private readonly NewestByNode<Entry> _entries = new();

    /// <summary>How many members' reports are known.</summary>
    public int Count => _entries.Count;

    /// <summary>All reports, the one that changed longest ago first.</summary>
    public IEnumerable<LinkReport> Reports => _entries.Records.Select(static entry => entry.Report);

    /// <summary>Grows with every change; see <see cref="ChangedSince"/>.</summary>
    internal ulong Revision => _entries.Revision;

    /// <summary>The newest report of a member.</summary>
    public bool TryGet(NodeId node, [NotNullWhen(true)] out LinkReport? report)
    {
        report = _entries.TryGet(node, out Entry? entry) ? entry.Report : null;
        return report is not null;
    }

    /// <summary>Takes a report in if it is newer than what is known of its node and truly signed by it; says whether it did.</summary>
    public bool Offer(Instant now, LinkReport report) => Offer(now, report, null);

    /// <summary>As <see cref="Offer(Instant, LinkReport)"/>, of a report that somebody told who need not be told it.</summary>
    internal bool Offer(Instant now, LinkReport report, object? from)
    {
        ArgumentNullException.ThrowIfNull(report);
        bool isKnown = TryGet(report.Node, out LinkReport? known);

        // The cheap questions first: the signature of what is old news is never checked.
        if ((isKnown && known!.Sequence >= report.Sequence) || (!isKnown && _entries.Count >= LinkLimits.ReportsMax) || !report.Verify())
        {
            return false;
        }

        _entries.Put(report.Node, new Entry(report, now), from);
        return true;
    }

    /// <summary>Forgets a member.</summary>
    public bool Remove(NodeId node) => _entries.Remove(node);

    /// <summary>Forgets reports older than <see cref="LinkLimits.Lifetime"/> and those of nodes that are not wanted; says whether there were any.</summary>
    public bool Clean(Instant now, Func<NodeId, bool> isWanted)
    {
        NodeId[] gone = [.. _entries.Records.Where(entry => now - entry.Taken > LinkLimits.Lifetime || !isWanted(entry.Report.Node)).Select(static entry => entry.Report.Node)];
        foreach (NodeId node in gone)
        {
            _entries.Remove(node);
        }

        return gone.Length > 0;
    }

    /// <summary>What changed after a revision and was not told by <paramref name="to"/>, the last change first.</summary>
    internal IEnumerable<LinkReport> ChangedSince(ulong revision, object to) => _entries.ChangedSince(revision, to).Select(static entry => entry.Report);

    private sealed record Entry(LinkReport Report, Instant Taken);
}
