namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>What the owner of the node asked for: one lookup in each family, then perhaps a write to the nearest.</summary>
internal sealed class Operation(long number)
{
    /// <summary>What its events carry; 0 for upkeep, which has none.</summary>
    public long Number { get; } = number;

    /// <summary>Lookups under way.</summary>
    public int Lookups { get; set; }

    /// <summary>Writes under way.</summary>
    public int Writes { get; set; }

    /// <summary>Nodes asked.</summary>
    public int Queries { get; set; }

    /// <summary>Nodes that took what was written.</summary>
    public int Stored { get; set; }

    /// <summary>The item to put; null if none.</summary>
    public DhtItem? Put { get; init; }

    /// <summary>The sequence number that the item replaced must have.</summary>
    public long? Cas { get; init; }

    /// <summary>The port to announce; null to ask only.</summary>
    public ushort? AnnouncePort { get; init; }

    /// <summary>The key that a mutable item must be signed with, and its salt; null for an immutable one.</summary>
    public (byte[] Key, byte[] Salt)? Signer { get; init; }

    /// <summary>The newest item found.</summary>
    public DhtItem? Found { get; set; }

    /// <summary>Whether there is something to write to the nearest nodes.</summary>
    public bool HasToWrite => Put is { } item ? Found is null || Found.Sequence <= item.Sequence : AnnouncePort is not null;

    /// <summary>Whether it is over.</summary>
    public bool IsDone => Lookups == 0 && Writes == 0;
}
