namespace Kith.Protocol.Paths.Punching;

/// <summary>What this side does in a round beyond probing stated candidates.</summary>
public enum PunchRole
{
    /// <summary>Nothing: probing is enough, or nothing else is known to help.</summary>
    Plain,

    /// <summary>Our outside ports are random: open many sockets towards the peer's one endpoint.</summary>
    OpenSockets,

    /// <summary>The peer's outside ports are random: try many of them from our one socket.</summary>
    Spray,

    /// <summary>Random on both sides: no direct path can be hoped for.</summary>
    Hopeless,
}
