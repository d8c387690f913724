using Kith.Protocol.Netstack;

namespace Kith.Protocol.Core;

/// <summary>What a node counts of itself, at one moment. Counts begin at zero with the node.</summary>
public sealed record NodeMeasures
{
    /// <summary>Each member of any network, once; not this node.</summary>
    public required IReadOnlyList<PeerMeasure> Peers { get; init; }

    /// <summary>Handshakes completed.</summary>
    public required long Handshakes { get; init; }

    /// <summary>TCP connections of the user-space stack, the node's own control streams among them.</summary>
    public required int Streams { get; init; }

    /// <summary>Bytes that those connections buffer.</summary>
    public required long StreamBytes { get; init; }

    /// <summary>Counters of the user-space stack.</summary>
    public required StackStatistics Stack { get; init; }

    /// <summary>Bytes passed on for other members.</summary>
    public required long RelayedBytes { get; init; }

    /// <summary>Nodes of the DHT that are known, by family.</summary>
    public required (int V4, int V6) DhtContacts { get; init; }
}
