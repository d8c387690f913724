namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What came of asking a gateway by one protocol.</summary>
public enum MappingFinding
{
    /// <summary>Asked, not answered yet.</summary>
    Searching,

    /// <summary>Nobody speaks it.</summary>
    Absent,

    /// <summary>The gateway speaks it.</summary>
    Present,

    /// <summary>The gateway speaks it and does not do what it is asked.</summary>
    Refused,
}
