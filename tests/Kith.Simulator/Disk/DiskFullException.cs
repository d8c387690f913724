namespace Kith.Simulator.Disk;

/// <summary>There is no room (ENOSPC). Part of the write may have happened, as with a real one.</summary>
internal sealed class DiskFullException() : IOException("no space left on device", 28);
