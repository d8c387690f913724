namespace Kith.Protocol.Membership;

/// <summary>
/// The order in which all members fold the statements: of those whose parents have all been taken, the one with the smallest (time, hash)
/// is next (Kahn, "Topological sorting of large networks"). A new statement has no children yet, so in that order it stands right before
/// the first larger one after its last parent, and nothing else moves; inserting it there is the same as sorting anew.
/// </summary>
internal sealed class StatementOrder
{
    private readonly List<LogEntry> _entries = [];

    /// <summary>The statements in order.</summary>
    internal IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Puts a new statement at its place; true if that is the end.</summary>
    internal bool Insert(LogEntry entry)
    {
        int at = 0;
        foreach (LogEntry parent in entry.Parents)
        {
            at = Math.Max(at, parent.Order + 1);
        }

        while (at < _entries.Count && entry.CompareKeyTo(_entries[at]) > 0)
        {
            at++;
        }

        _entries.Insert(at, entry);
        for (int i = at; i < _entries.Count; i++)
        {
            _entries[i].Order = i;
        }

        return at == _entries.Count - 1;
    }
}
