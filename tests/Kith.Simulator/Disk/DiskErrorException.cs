namespace Kith.Simulator.Disk;

/// <summary>The disk did not do what it was told (EIO).</summary>
internal sealed class DiskErrorException() : IOException("input/output error", 5);
