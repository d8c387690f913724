using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core.Nuisances;

/// <summary>
/// Who is a nuisance, and how: counts, and says when a word is due, once for each member and kind and then once in <see cref="NuisanceLimits.TellInterval"/> at most while it
/// goes on, so that a flood of packets is no flood of words. Not thread-safe.
/// </summary>
internal sealed class NuisanceBook
{
    private readonly Dictionary<(NodeId Node, NuisanceKind Kind), Entry> _entries = [];

    /// <summary>Those that were worth a word, the last first.</summary>
    public IReadOnlyList<Nuisance> Told =>
        [.. _entries.Where(entry => entry.Value.ToldAt is not null).Select(entry => entry.Value.ToNuisance(entry.Key)).OrderByDescending(nuisance => nuisance.Last)];

    /// <summary>How many members and kinds are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>Notes that something happened so often; returns what is to be told of it now, or null.</summary>
    public Nuisance? Note(Instant now, NodeId node, NuisanceKind kind, long count)
    {
        if (!_entries.TryGetValue((node, kind), out Entry? entry))
        {
            if (_entries.Count >= NuisanceLimits.EntriesMax)
            {
                _entries.Remove(_entries.MinBy(known => known.Value.Last).Key);
            }

            entry = new Entry { WindowStart = now };
            _entries.Add((node, kind), entry);
        }

        if (now - entry.WindowStart > NuisanceLimits.Window)
        {
            entry.WindowStart = now;
            entry.InWindow = 0;
        }

        entry.Count += count;
        entry.InWindow += count;
        entry.Last = now;
        if (entry.InWindow < NuisanceLimits.WorthTelling(kind) || now - entry.ToldAt < NuisanceLimits.TellInterval)
        {
            return null;
        }

        entry.ToldAt = now;
        return entry.ToNuisance((node, kind));
    }

    private sealed class Entry
    {
        public long Count { get; set; }

        public long InWindow { get; set; }

        public Instant WindowStart { get; set; }

        public Instant Last { get; set; }

        public Instant? ToldAt { get; set; }

        public Nuisance ToNuisance((NodeId Node, NuisanceKind Kind) of) => new(of.Node, of.Kind, Count, Last);
    }
}
