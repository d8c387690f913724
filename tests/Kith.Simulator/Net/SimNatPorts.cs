namespace Kith.Simulator.Net;

/// <summary>How a translator chooses an outside port.</summary>
internal enum SimNatPorts
{
    /// <summary>The inside port if it is free, else a random one.</summary>
    Preserving,

    /// <summary>A random one.</summary>
    Random,

    /// <summary>A fixed step from the last one.</summary>
    Stepping,
}
