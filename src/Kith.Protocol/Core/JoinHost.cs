using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>A member that a joiner calls.</summary>
internal sealed class JoinHost(RemotePeer peer)
{
    /// <summary>The member, as a peer of the invite key's tunnel machine.</summary>
    public RemotePeer Peer { get; } = peer;

    /// <summary>Where it may be; at most 8.</summary>
    public List<InternetEndpoint> Endpoints { get; } = [];

    /// <summary>Where it takes TCP connections; at most 2.</summary>
    public IReadOnlyList<InternetEndpoint> TcpEndpoints { get; set; } = [];

    /// <summary>Whether a session with it stands.</summary>
    public bool HasSession { get; set; }

    /// <summary>Whether it was tried as server of the join and failed.</summary>
    public bool HasFailed { get; set; }
}
