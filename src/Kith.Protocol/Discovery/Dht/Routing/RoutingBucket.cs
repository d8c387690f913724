using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Routing;

/// <summary>The contacts that share a given number of leading bits with our own id, and those that wait for one of them to fail.</summary>
internal sealed class RoutingBucket
{
    /// <summary>At most <see cref="DhtLimits.BucketSize"/>, longest known first.</summary>
    public List<RoutingEntry> Entries { get; } = [];

    /// <summary>At most <see cref="DhtLimits.ReplacementsMax"/>, latest heard last.</summary>
    public List<RoutingEntry> Replacements { get; } = [];

    /// <summary>When a contact was last added or confirmed.</summary>
    public Instant Changed { get; set; }

    /// <summary>The contact at an endpoint.</summary>
    public RoutingEntry? Find(in DhtContact contact)
    {
        foreach (RoutingEntry entry in Entries)
        {
            if (entry.Contact == contact)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>
    /// Who may be put out for a newcomer that has just answered and whose id fits its address: one whose id does not, unless it has been here for long. Whoever only
    /// missed a query stays until it has missed enough: an old node is worth more than a new one.
    /// </summary>
    public RoutingEntry? FindWorse(Instant now, bool newcomerFits)
    {
        foreach (RoutingEntry entry in Entries)
        {
            if (newcomerFits && !entry.Fits && now - entry.Known < DhtTimings.GoodFor)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Remembers who answered while there was no room.</summary>
    public void AddReplacement(RoutingEntry entry)
    {
        Replacements.RemoveAll(other => other.Contact == entry.Contact);
        if (Replacements.Count == DhtLimits.ReplacementsMax)
        {
            Replacements.RemoveAt(0);
        }

        Replacements.Add(entry);
    }
}
