namespace Kith.Protocol.Paths;

/// <summary>What a node knows of the address translation between it and the Internet. One byte on the wire; values that are not listed are kept as they are.</summary>
public enum NatClass : byte
{
    /// <summary>Not known (yet).</summary>
    Unknown = 0,

    /// <summary>None: the node's own addresses are reachable as they are.</summary>
    None = 1,

    /// <summary>One outside port for all destinations (RFC 4787: endpoint-independent mapping).</summary>
    Easy = 2,

    /// <summary>Another outside port for each destination, at random (RFC 4787: address and port-dependent mapping).</summary>
    Hard = 3,

    /// <summary>No UDP passes.</summary>
    Blocked = 4,

    /// <summary>Another outside port for each destination address, the same for all ports of one (RFC 4787: address-dependent mapping).</summary>
    AddressDependent = 5,

    /// <summary>Another outside port for each destination, each a fixed step from the one before: it can be predicted.</summary>
    Stepping = 6,
}
