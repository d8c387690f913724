using Kith.Protocol.Identity;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>Something that the node does in the DHT under a key of its own. Disposing it wipes the key.</summary>
/// <param name="Kind">What.</param>
/// <param name="Key">Where.</param>
/// <param name="Network">For which network.</param>
/// <param name="Node">Whom it is about: the member looked for or called, the invite's key.</param>
public sealed record Errand(ErrandKind Kind, RendezvousKey Key, NetworkId Network, NodeId Node) : IDisposable
{
    /// <summary>Of an invite looked for: by how many days the day looked at is after ours.</summary>
    public int DaysAhead { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}

/// <summary>What an errand is for.</summary>
public enum ErrandKind
{
    /// <summary>Tell members where we are.</summary>
    PutWhereabouts,

    /// <summary>Find out where a member is.</summary>
    GetWhereabouts,

    /// <summary>Ask a member to call us.</summary>
    PutMail,

    /// <summary>Put nothing over what somebody who is no member any more could read.</summary>
    Erase,

    /// <summary>See whether a member asks us to call.</summary>
    GetMail,

    /// <summary>Tell whoever holds an invite where we are.</summary>
    PutInvite,

    /// <summary>Find somebody who serves our invite.</summary>
    GetInvite,

    /// <summary>Ask whoever serves our invite to open its translator for us.</summary>
    PutCall,

    /// <summary>See whether somebody with an invite asks for that.</summary>
    GetCall,
}
