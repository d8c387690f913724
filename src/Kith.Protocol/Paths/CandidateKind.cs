namespace Kith.Protocol.Paths;

/// <summary>How a node came by one of its own endpoints. One byte on the wire; values that are not listed are kept and passed on, for later versions.</summary>
public enum CandidateKind : byte
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>An address of one of the node's interfaces that only its own network can reach.</summary>
    Lan = 1,

    /// <summary>A global IPv6 address of the node itself.</summary>
    GlobalV6 = 2,

    /// <summary>A port that the router mapped on request (PCP, NAT-PMP, UPnP).</summary>
    Mapped = 3,

    /// <summary>Where others saw the node's packets come from.</summary>
    Observed = 4,

    /// <summary>Written down by a person.</summary>
    Static = 5,

    /// <summary>A TCP port at which the node takes connections of members that UDP is blocked for. Never probed as the others are.</summary>
    Tcp = 6,
}
