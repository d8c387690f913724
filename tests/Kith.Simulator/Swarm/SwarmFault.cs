namespace Kith.Simulator.Swarm;

/// <summary>What can be wrong in a world. Each is there or not, by the world's seed (swarm testing: Groce, Zhang, Eide, Chen, Regehr, ISSTA 2012).</summary>
internal enum SwarmFault
{
    /// <summary>Up to 30 % of datagrams are lost.</summary>
    Loss,

    /// <summary>Up to 50 % arrive twice.</summary>
    Duplication,

    /// <summary>Up to a second on the way.</summary>
    Delay,

    /// <summary>Up to 200 ms more or less.</summary>
    Jitter,

    /// <summary>Up to 40 % are held back for up to half a second.</summary>
    Reordering,

    /// <summary>Up to 10 % arrive with bits changed, mostly in their headers, or cut off.</summary>
    Corruption,

    /// <summary>Ways hold everything for up to ten seconds and then let go.</summary>
    Clogs,

    /// <summary>Nothing gets from one to another, while the other way is open.</summary>
    OneWay,

    /// <summary>The network falls into two parts.</summary>
    Partition,

    /// <summary>Nodes end without a word and start again.</summary>
    Crash,

    /// <summary>Nodes stand still while time goes on.</summary>
    Pause,

    /// <summary>Machines sleep; monotonic clocks stop.</summary>
    Sleep,

    /// <summary>Wall clocks are wrong by up to ten years.</summary>
    WrongClock,

    /// <summary>Wall clocks run up to a tenth too fast or too slow.</summary>
    Drift,

    /// <summary>Wall clocks jump by up to ten years.</summary>
    ClockJump,

    /// <summary>A crash loses writes that were not synced, and tears some; power goes in the middle of a write.</summary>
    LostWrites,

    /// <summary>Disks are full.</summary>
    FullDisk,

    /// <summary>Reads, writes, syncs and renames return errors.</summary>
    DiskErrors,

    /// <summary>Machines move to another network or get another address.</summary>
    Roaming,

    /// <summary>Translators forget everything or get another address.</summary>
    TranslatorLoss,

    /// <summary>Multicast stops being carried.</summary>
    NoMulticast,

    /// <summary>A stranger sends noise, forgeries and what it has seen arrive.</summary>
    Stranger,
}
