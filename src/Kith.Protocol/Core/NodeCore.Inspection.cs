using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Tunnel;

namespace Kith.Protocol.Core;

/// <content>What tests look at.</content>
public sealed partial class NodeCore
{
    /// <summary>The table of paths to each member.</summary>
    internal IEnumerable<(NodeId Node, PathTable Paths)> PathTables => _members.Values.Select(peer => (peer.Id, peer.Paths!));

    /// <summary>Newcomers that are served, control streams that are open, members that attempts to join call.</summary>
    internal (int Guests, int Streams, int JoinHosts) Counts => (_guests.Count, _syncStreams.Count, _joins.Sum(join => join.Hosts.Count));

    /// <summary>The last handshake timestamp in Unix milliseconds, and whether what lies above it is safely on disk.</summary>
    internal (long LastMilliseconds, bool IsKept) HandshakeTime => (_handshakeClock.LastMilliseconds, !_handshakeClock.NeedsPersisting);

    /// <summary>Everything that grows, its size, and the most it may have.</summary>
    internal IEnumerable<(string Table, long Count, long Max)> Tables =>
    [
        ("networks", _networks.Count, NodeLimits.NetworksMax),
        ("joins", _joins.Count, NodeLimits.JoinsMax),
        ("join hosts", _joins.Sum(static join => join.Hosts.Count), NodeLimits.JoinsMax * NodeLimits.JoinHostsMax),
        ("guests", _guests.Count, NodeLimits.GuestsMax),
        ("control streams", _syncStreams.Count, (_members.Count * Math.Max(1, _networks.Count)) + NodeLimits.SpareStreamsMax),
        ("outbox", _outbox.Count, NodeLimits.OutboxMax),
        ("packets for the device", _tunQueue.Count, NodeLimits.TunQueueMax),
        ("events", _events.Count, NodeLimits.EventsMax),
        ("pings", _pings.Count, NodeLimits.PingsMax),
        ("TCP links", _tcpLinks.Count, NodeLimits.TcpConnectionsMax),
        ("TCP dials", _dials.Count, NodeLimits.TcpDialsMax),
        ("mailboxes to be emptied", _erasures.Count, NodeLimits.ErasuresMax),
        ("DHT queries", _dhtQueries.Count, NodeLimits.DhtQueriesMax),
        ("open invites", _openInvites.Count, RendezvousTimings.InvitesMax),
        ("observed endpoints", _observed.Count, NodeLimits.OwnCandidatesMax),
        ("stack connections", _stack.ConnectionCount, ApplicationLimits.ConnectionsMax),
        ("stack bytes", _stack.BufferedBytes, ApplicationLimits.BufferedBytesMax),
        ("tunnel peers", _tunnel.PeerCount, TunnelLimits.PeersMax),
        .. _members.Values.Select(static peer => ("paths", (long)peer.Paths!.Paths.Count, (long)PathTable.PathsMax)),
        .. _tunnel.Peers.Select(static peer => ("sessions", (long)peer.SessionCount, (long)(peer.SeveralDevices ? TunnelLimits.SeveralSessionsMax : TunnelLimits.PreviousSessionsMax + 2))),
        .. _tunnel.Peers.Select(static peer => ("packets that wait for a session", (long)peer.StagedPackets, (long)TunnelLimits.StagedPacketsMax)),
    ];

    /// <summary>The session whose packets to the other side carry this receiver index; null if there is none.</summary>
    internal TransportSession? FindSession(uint remoteIndex)
    {
        Dictionary<uint, TunnelReceiver> receivers = [];
        _tunnel.CollectReceivers(receivers);
        foreach (JoinAttempt join in _joins)
        {
            join.Machine.CollectReceivers(receivers);
        }

        return receivers.Values.Select(static receiver => receiver.Session).FirstOrDefault(session => session!.RemoteIndex == remoteIndex);
    }

    /// <summary>What is known of members' links, this node's own first.</summary>
    internal IEnumerable<Relay.LinkReport> LinkReports =>
        _networks.Values.SelectMany(static network => (network.OwnLinks is { } own ? [own] : Enumerable.Empty<Relay.LinkReport>()).Concat(network.Links.Reports));
}
