namespace Kith.Node.Control;

/// <summary>Asks to send echoes to a device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Count">How many, or 0 for as long as the caller listens.</param>
/// <param name="IntervalMilliseconds">The time between two of them.</param>
/// <param name="TimeoutMilliseconds">How long an answer is waited for.</param>
public sealed record PingRequest(string Device, int Count = 0, int IntervalMilliseconds = 1000, int TimeoutMilliseconds = 2000);
