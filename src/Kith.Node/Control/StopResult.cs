namespace Kith.Node.Control;

/// <summary>What the node says when it has stopped: everything but the end of its process.</summary>
/// <param name="Process">The id of the process that is about to end.</param>
public sealed record StopResult(int Process);
