namespace Kith.Simulator.Swarm;

/// <summary>A world has come to a gap that is known and named in docs/THREATS.md; what follows in it says nothing.</summary>
internal sealed class KnownGapException(string message) : Exception(message);
