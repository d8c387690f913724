namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>A node on the way of a lookup.</summary>
internal sealed class LookupContact(DhtContact contact, DhtId distance)
{
    /// <summary>Who.</summary>
    public DhtContact Contact { get; } = contact;

    /// <summary>How far from the target.</summary>
    public DhtId Distance { get; } = distance;

    /// <summary>What has come of it.</summary>
    public LookupState State { get; set; }

    /// <summary>The write token it gave; null if none.</summary>
    public byte[]? Token { get; set; }
}

/// <summary>What has come of asking a node.</summary>
internal enum LookupState
{
    /// <summary>Not asked yet.</summary>
    New,

    /// <summary>Asked, and expected to answer.</summary>
    Asked,

    /// <summary>Asked, and late: another is asked meanwhile.</summary>
    Slow,

    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It did not answer.</summary>
    Failed,
}
