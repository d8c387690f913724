using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Routing;

/// <summary>A contact of the table and how it has behaved.</summary>
internal sealed class RoutingEntry(DhtContact contact, Instant heard)
{
    /// <summary>Who.</summary>
    public DhtContact Contact { get; } = contact;

    /// <summary>Whether its id fits its address (BEP 42).</summary>
    public bool Fits { get; } = NodeIdRule.Fits(contact.Id, contact.Endpoint.Address);

    /// <summary>Since when it has been known.</summary>
    public Instant Known { get; } = heard;

    /// <summary>When it last said anything.</summary>
    public Instant Heard { get; set; } = heard;

    /// <summary>Queries in a row that it did not answer.</summary>
    public int Failures { get; set; }

    /// <summary>Whether it was heard of lately and has not failed since.</summary>
    public bool IsGood(Instant now) => Failures == 0 && now - Heard < DhtTimings.GoodFor;
}
