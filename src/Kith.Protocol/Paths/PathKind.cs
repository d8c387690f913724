namespace Kith.Protocol.Paths;

/// <summary>What kind of path leads to a peer, best first after <see cref="None"/>.</summary>
public enum PathKind
{
    /// <summary>No path.</summary>
    None,

    /// <summary>The peer is this node.</summary>
    Self,

    /// <summary>Within the local network.</summary>
    Lan,

    /// <summary>Across the Internet, from socket to socket.</summary>
    Direct,

    /// <summary>Through one member.</summary>
    Relay,

    /// <summary>Through several members.</summary>
    Mesh,

    /// <summary>Over TCP.</summary>
    Tcp,
}
