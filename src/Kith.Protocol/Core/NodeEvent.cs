using Kith.Protocol.Core.Control;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>Something the shell should know. Taken with <see cref="NodeCore.TryGetEvent"/>.</summary>
public abstract record NodeEvent
{
    private NodeEvent()
    {
    }

    /// <summary>This node's virtual addresses, or the names and addresses of members, may have changed: bring interface and names up to date.</summary>
    public sealed record AddressingChanged : NodeEvent;

    /// <summary>A member became reachable, or stopped being so.</summary>
    public sealed record MemberOnline(NodeId Node, bool Online) : NodeEvent;

    /// <summary>The data path to a member changed. <paramref name="Endpoint"/> is null where there is none.</summary>
    public sealed record PathChanged(NodeId Node, InternetEndpoint? Endpoint) : NodeEvent;

    /// <summary>An attempt to join succeeded.</summary>
    public sealed record Joined(long Operation, NetworkId Network) : NodeEvent;

    /// <summary>An attempt to join failed.</summary>
    public sealed record JoinFailed(long Operation, JoinFailure Failure, JoinRefusal? Refusal) : NodeEvent;

    /// <summary>A newcomer joined through this member.</summary>
    public sealed record Admitted(NetworkId Network, NodeId Node, string Name) : NodeEvent;

    /// <summary>This device is no longer a member of a network.</summary>
    public sealed record Removed(NetworkId Network, string Name) : NodeEvent;

    /// <summary>An echo came back.</summary>
    public sealed record PingAnswered(long Ping, TimeSpan RoundTrip, InternetEndpoint Endpoint) : NodeEvent;

    /// <summary>An extra socket (see <see cref="NodeTransmitKind.Datagram"/>) is not needed any more: close it.</summary>
    public sealed record SocketDone(uint Socket) : NodeEvent;

    /// <summary>
    /// A TCP connection to a node is wanted: connect to the first of the endpoints that answers and whose certificate is the node's, and tell
    /// <see cref="NodeCore.HandleTcpOpened"/>, or <see cref="NodeCore.HandleTcpFailed"/>.
    /// </summary>
    public sealed record TcpWanted(NodeId Node, IReadOnlyList<InternetEndpoint> Endpoints) : NodeEvent;

    /// <summary>Somebody who may use it was proved to be at the other end of a TCP connection that was accepted.</summary>
    public sealed record TcpProven(int Connection) : NodeEvent;

    /// <summary>A TCP connection is of no use any more: close it.</summary>
    public sealed record TcpDone(int Connection) : NodeEvent;

    /// <summary>Addresses of STUN servers are wanted: <see cref="NodeCore.HandleStunServers"/>. A shell that asks no strangers lets it be.</summary>
    public sealed record StunServersWanted : NodeEvent;

    /// <summary>The addresses of a tracker are wanted: <see cref="NodeCore.HandleTrackerAddresses"/>.</summary>
    public sealed record TrackerAddressesWanted(Discovery.Tracker.TrackerUrl Url) : NodeEvent;

    /// <summary>
    /// An HTTP request to a tracker is wanted over one family: <see cref="NodeCore.HandleTrackerHttp"/>. The URL may hold a pass key and is not to be logged.
    /// </summary>
    public sealed record TrackerHttpWanted(long Operation, string Url, bool IsV6) : NodeEvent;

    /// <summary>An item of the DHT that was asked for; it has verified. Of a mutable one perhaps later a newer.</summary>
    public sealed record DhtItemFound(long Operation, DhtItem Item) : NodeEvent;

    /// <summary>Peers of an info-hash that was asked for, as strangers named them.</summary>
    public sealed record DhtPeersFound(long Operation, IReadOnlyList<InternetEndpoint> Peers) : NodeEvent;

    /// <summary>What was asked of the DHT is over; <paramref name="Stored"/> nodes took what was written.</summary>
    public sealed record DhtEnded(long Operation, int Stored) : NodeEvent;

    /// <summary>The TXT records of a name are wanted, those of <c>_kith.NAME</c> or else of the name itself: <see cref="NodeCore.HandleDnsAnswer"/>.</summary>
    public sealed record DnsWanted(Discovery.Dns.DnsName Name) : NodeEvent;

    /// <summary>Statements of a network that were missing have been fetched again from its members.</summary>
    public sealed record Repaired(NetworkId Network) : NodeEvent;

    /// <summary>A member does too much of something, or what no sound one does. Raised once for each member and kind, and at most once an hour while it goes on.</summary>
    public sealed record NuisanceSeen(Nuisances.Nuisance What) : NodeEvent;

    /// <summary>Something could not be stored; nothing was applied.</summary>
    public sealed record StoreFailed(StoreResult Result) : NodeEvent;
}
