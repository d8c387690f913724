namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What a datagram of BEP 15 is.</summary>
public enum TrackerAction : uint
{
    /// <summary>A connection id is asked for or given.</summary>
    Connect = 0,

    /// <summary>One's address is told, or those of others.</summary>
    Announce = 1,

    /// <summary>Numbers are asked for or given.</summary>
    Scrape = 2,

    /// <summary>A refusal.</summary>
    Error = 3,
}
