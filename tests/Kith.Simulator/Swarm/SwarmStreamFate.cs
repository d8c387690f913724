namespace Kith.Simulator.Swarm;

/// <summary>How a stream stands at one of its ends.</summary>
internal enum SwarmStreamFate
{
    /// <summary>It is under way.</summary>
    Open,

    /// <summary>All bytes came, and the program was told that they did.</summary>
    Complete,

    /// <summary>It broke, and the program was told so.</summary>
    ToldBroken,

    /// <summary>The program ended before it.</summary>
    Gone,

    /// <summary>It never came here.</summary>
    Unknown,
}
