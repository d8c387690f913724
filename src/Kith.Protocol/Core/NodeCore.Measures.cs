namespace Kith.Protocol.Core;

/// <content>What is counted anyway, in one piece for whoever watches.</content>
public sealed partial class NodeCore
{
    /// <summary>Reads all counters. Costs a look at each member.</summary>
    public NodeMeasures Measure() => new()
    {
        Peers = [.. _members.Values.Select(Measure)],
        Handshakes = _tunnel.HandshakesCompleted,
        Streams = _stack.ConnectionCount,
        StreamBytes = _stack.BufferedBytes,
        Stack = _stack.Statistics,
        RelayedBytes = RelayedBytes,
        DhtContacts = DhtContacts,
    };

    private PeerMeasure Measure(RemotePeer peer)
    {
        PeerDescription description = DescribePeer(peer.Id);
        return new PeerMeasure(peer.Id, description.Online ? description.Path?.Kind : null, peer.Link.Traffic.BytesSent, peer.Link.Traffic.BytesReceived);
    }
}
