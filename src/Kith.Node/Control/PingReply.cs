namespace Kith.Node.Control;

/// <summary>What became of one echo.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Device">The device's name, <c>name.network</c>.</param>
/// <param name="Address">The virtual address that was asked.</param>
/// <param name="Answered">Whether the answer came in time.</param>
/// <param name="RttMilliseconds">The round trip, or null if no answer came.</param>
/// <param name="Path">The path at that moment.</param>
public sealed record PingReply(int Sequence, string Device, string Address, bool Answered, double? RttMilliseconds, PathStatus Path);
