namespace Kith.Protocol.Discovery.Tracker;

/// <summary>Why something is announced (BEP 15, BEP 3).</summary>
public enum AnnounceEvent : uint
{
    /// <summary>Because the interval is over, or there is news.</summary>
    None = 0,

    /// <summary>Everything is there; never said here.</summary>
    Completed = 1,

    /// <summary>For the first time.</summary>
    Started = 2,

    /// <summary>For the last time.</summary>
    Stopped = 3,
}
