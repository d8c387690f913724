namespace Kith.Protocol.Core.Nuisances;

/// <summary>What a member does too much of, or what none does whose program is sound.</summary>
public enum NuisanceKind
{
    /// <summary>Pings, calls and other frames beyond <see cref="Tunnel.PeerFlood.FramesPerSecondMax"/>: dropped.</summary>
    Frames,

    /// <summary>Packets for the user-space stack beyond its share of what may wait: dropped.</summary>
    Packets,

    /// <summary>Relay frames that are not to be passed on, or beyond the rate: dropped.</summary>
    Relaying,

    /// <summary>Control messages beyond <see cref="NuisanceLimits.ControlUnitsPerSecond"/>: held back.</summary>
    Messages,

    /// <summary>Control messages that break a rule, as lists that are too long do: the stream is closed.</summary>
    BrokenMessages,

    /// <summary>Statements that no honest member sends: the stream is closed.</summary>
    FalseStatements,

    /// <summary>Two histories: what it states from there on does not count.</summary>
    Fork,

    /// <summary>Statements beyond <see cref="NuisanceLimits.StatementBurst"/>: kept, up to the maxima of the log.</summary>
    Statements,

    /// <summary>Whereabouts beyond <see cref="NuisanceLimits.RecordBurst"/>: dropped.</summary>
    Whereabouts,

    /// <summary>Link reports beyond <see cref="NuisanceLimits.RecordBurst"/>: dropped.</summary>
    Links,

    /// <summary>Streams opened and left half-open or mute beyond what one member may hold: dropped.</summary>
    Streams,

    /// <summary>Does not read what a control stream brings: the stream is closed.</summary>
    SlowReading,
}
