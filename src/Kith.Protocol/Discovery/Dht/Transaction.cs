using Kith.Protocol.Discovery.Dht.Lookups;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>A query of ours that waits for its answer.</summary>
internal sealed class Transaction(uint number, InternetEndpoint endpoint, Instant sent)
{
    /// <summary>Its id.</summary>
    public uint Number { get; } = number;

    /// <summary>Where the answer must come from.</summary>
    public InternetEndpoint Endpoint { get; } = endpoint;

    /// <summary>When it was sent.</summary>
    public Instant Sent { get; } = sent;

    /// <summary>Whom it went to, if the id was known.</summary>
    public DhtContact? Contact { get; init; }

    /// <summary>The lookup it belongs to.</summary>
    public Lookup? Lookup { get; init; }

    /// <summary>The single question whose answer this is; null for none.</summary>
    public Operation? Peek { get; set; }

    /// <summary>What that question asks for.</summary>
    public DhtId PeekTarget { get; set; }

    /// <summary>The path of the lookup.</summary>
    public int Path { get; init; }

    /// <summary>The node on that path.</summary>
    public LookupContact? Asked { get; init; }

    /// <summary>The operation whose write this is.</summary>
    public Operation? Write { get; init; }

    /// <summary>Whether it asks a node that only asked us something whether it is there.</summary>
    public bool IsToNewcomer { get; init; }

    /// <summary>Whether it is over: answered, or given up.</summary>
    public bool IsOver { get; set; }
}
