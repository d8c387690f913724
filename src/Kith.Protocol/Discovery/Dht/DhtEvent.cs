using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>What the DHT node has found out.</summary>
public abstract record DhtEvent
{
    private DhtEvent()
    {
    }

    /// <summary>An item was found that verified; of a mutable one perhaps later a newer. <paramref name="Hops"/> is how many nodes in a row led to it, who had it included.</summary>
    public sealed record ItemFound(long Operation, DhtItem Item, int Hops = 1) : DhtEvent;

    /// <summary>Peers of an info-hash; not verified, and each only once in an operation.</summary>
    public sealed record PeersFound(long Operation, IReadOnlyList<InternetEndpoint> Peers) : DhtEvent;

    /// <summary>An operation is over. <paramref name="Stored"/> is how many nodes took what was written, <paramref name="Queries"/> how many were asked on the way.</summary>
    public sealed record Ended(long Operation, int Stored, int Queries = 0) : DhtEvent;

    /// <summary>A node says where it saw our packet come from (BEP 42).</summary>
    public sealed record AddressSeen(InternetEndpoint Observer, InternetEndpoint Observed) : DhtEvent;
}
