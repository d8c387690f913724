using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>What a person may ask about: why a device is reached as it is, and what the node costs while nobody uses it.</content>
public sealed partial class NodeCore
{
    private readonly UpkeepMeter _upkeep = new();

    /// <summary>How a device may be reached and what was tried; null for whoever is no member.</summary>
    public PeerExplanation? ExplainPeer(NodeId node) => _members.TryGetValue(node, out RemotePeer? peer)
        ? new PeerExplanation(
            DescribePeer(node),
            peer.Paths!.Paths,
            DescribePunching(node),
            _whereabouts.TryGet(node, out Whereabouts? record) ? record : null,
            peer.Paths.HasSession)
        {
            Words = WordsOf(peer),
        }
        : null;

    /// <summary>The member that a way leads through first, or null for one that leads to its end itself.</summary>
    public NodeId? FirstHop(in InternetEndpoint endpoint) =>
        PathAddress.TryGetRelay(endpoint, out int via, out _) && _links.TryGetValue(via, out RemotePeer? peer) ? peer.Id : null;

    /// <summary>
    /// How far the clock of the member whose statements of itself lie furthest in our future runs before ours; zero if none does. Says nothing of a clock
    /// that runs before all others.
    /// </summary>
    public TimeSpan ClockBehind(ClockReading now)
    {
        long latest = now.WallMilliseconds;
        foreach (NodeId node in _members.Keys)
        {
            latest = _whereabouts.TryGet(node, out Whereabouts? record) ? Math.Max(latest, record.IssuedMilliseconds) : latest;
        }

        return TimeSpan.FromMilliseconds(latest - now.WallMilliseconds);
    }

    /// <summary>What this node sent by itself in the last hour, over how many minutes that was counted, and what it may send in an hour.</summary>
    public (long Bytes, int OverMinutes, long BudgetPerHour) Upkeep(Instant now)
    {
        (long bytes, int over) = _upkeep.Read(now);
        int reachable = _members.Values.Count(peer => peer.Paths!.Online);
        return (bytes, over, UpkeepMeter.Budget(reachable, _members.Count - reachable));
    }

    private void NoteUpkeep(ClockReading now, in NodeTransmit transmit)
    {
        if (transmit.Kind != NodeTransmitKind.Tun)
        {
            _upkeep.HandleSent(now, transmit.Length, transmit.Endpoint.Address.IsV4 || transmit.Endpoint.IsNone);
        }
    }
}
