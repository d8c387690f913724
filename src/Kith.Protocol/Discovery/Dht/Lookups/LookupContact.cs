namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>A node on the way of a lookup.</summary>
internal sealed class LookupContact(DhtContact contact, DhtId distance, LookupContact? namer)
{
    /// <summary>Who.</summary>
    public DhtContact Contact { get; } = contact;

    /// <summary>How far from the target.</summary>
    public DhtId Distance { get; } = distance;

    /// <summary>The node that named it; null if it was in our own table.</summary>
    public LookupContact? Namer { get; } = namer;

    /// <summary>How many nodes in a row lead to it, itself included.</summary>
    public int Hops { get; } = (namer?.Hops ?? 0) + 1;

    /// <summary>Whether its id fits its address (BEP 42).</summary>
    public bool Fits { get; } = NodeIdRule.Fits(contact.Id, contact.Endpoint.Address);

    /// <summary>Nodes it named that did not answer, or not in good time.</summary>
    public int NamedSilent { get; set; }

    /// <summary>Nodes it named that answered.</summary>
    public int NamedAnswered { get; set; }

    /// <summary>Whether what it names is mostly not there, so that the rest of it is asked last.</summary>
    public bool IsDoubtful => NamedSilent >= DhtLimits.NamedSilentMax && NamedSilent > 2 * NamedAnswered;

    /// <summary>What has come of it.</summary>
    public LookupState State { get; private set; }

    /// <summary>The write token it gave; null if none.</summary>
    public byte[]? Token { get; set; }

    /// <summary>Something has come of it, which says something of who named it, too.</summary>
    public void Become(LookupState state)
    {
        bool wasSilent = State is LookupState.Slow or LookupState.Failed;
        bool isSilent = state is LookupState.Slow or LookupState.Failed;
        State = state;
        if (Namer is { } namer)
        {
            namer.NamedSilent += (isSilent ? 1 : 0) - (wasSilent ? 1 : 0);
            namer.NamedAnswered += state == LookupState.Answered ? 1 : 0;
        }
    }
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
