namespace Kith.Simulator.Disk;

/// <summary>The machine loses power in the middle of a disk operation: everything above unwinds and is gone.</summary>
internal sealed class PowerCutException : Exception;
