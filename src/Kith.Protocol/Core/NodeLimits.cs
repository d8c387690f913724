namespace Kith.Protocol.Core;

/// <summary>Named maxima of a node as a whole. What lies above one is refused or dropped, never queued.</summary>
public static class NodeLimits
{
    /// <summary>Networks one node is in.</summary>
    public const int NetworksMax = 16;

    /// <summary>Attempts to join that are under way at once.</summary>
    public const int JoinsMax = 1;

    /// <summary>Hosts one attempt to join tries: hints of the invite, and those heard of on the LAN.</summary>
    public const int JoinHostsMax = 16;

    /// <summary>Newcomers that this member serves at once, over all its networks.</summary>
    public const int GuestsMax = 64;

    /// <summary>Control streams open at once beside one per member and network.</summary>
    public const int SpareStreamsMax = 128;

    /// <summary>Path probes and copies of handshakes waiting to be sent.</summary>
    public const int OutboxMax = 1024;

    /// <summary>Packets for the TUN device waiting to be taken.</summary>
    public const int TunQueueMax = 1024;

    /// <summary>Events waiting to be taken.</summary>
    public const int EventsMax = 4096;

    /// <summary>Echoes of <c>kith ping</c> that wait for their answer.</summary>
    public const int PingsMax = 256;

    /// <summary>Candidates this node states in its whereabouts.</summary>
    public const int OwnCandidatesMax = 16;

    /// <summary>Outside endpoints at which routers map a port to this node.</summary>
    public const int MappedEndpointsMax = 4;

    /// <summary>TCP connections with other nodes, both ways; strangers give way to newcomers, members do not.</summary>
    public const int TcpConnectionsMax = 128;

    /// <summary>TCP connections that one member may hold here at once; a further one takes the place of the oldest.</summary>
    public const int TcpConnectionsPerMemberMax = 2;

    /// <summary>TCP connections of ours that are open or being opened.</summary>
    public const int TcpDialsMax = 8;

    /// <summary>Endpoints at which one node states that it takes TCP connections.</summary>
    public const int TcpOffersMax = 4;

    /// <summary>Datagrams taken from a TCP connection before somebody is proved to be at its other end.</summary>
    public const int TcpStrangerDatagramsMax = 16;

    /// <summary>Relays by which one member is tried and kept reachable at once.</summary>
    public const int RelayCandidatesMax = 4;

    /// <summary>Of those, the ones that may be tried before they have said whom they reach.</summary>
    public const int HopefulRelaysMax = 2;

    /// <summary>Neighbours, nearest first, among which those are looked for beside the ones that the member itself names.</summary>
    public const int HopefulRelaysLookedAt = 64;

    /// <summary>Places named by trackers that one handshake with a missing member goes to, in turns.</summary>
    public const int GuessesPerHandshakeMax = 8;

    /// <summary>Handshakes to places named by trackers that may follow each other; after them <see cref="GuessesPerSecond"/>.</summary>
    public const int GuessesMax = 128;

    /// <summary>Handshakes a second to places named by trackers, over all members.</summary>
    public const int GuessesPerSecond = 4;

    /// <summary>Mailboxes of members that were removed which are still to be emptied.</summary>
    public const int ErasuresMax = 16;

    /// <summary>Things that users ask of the DHT at once.</summary>
    public const int DhtQueriesMax = 16;

    /// <summary>Hints in an invite.</summary>
    public const int InviteHintsMax = 4;
}
