namespace Kith.Apps.Piping;

/// <summary>What went through a pipe; <c>kith pipe --json</c> prints it on the error stream at the end.</summary>
/// <param name="Device">The device at the other end, <c>name.network</c>.</param>
/// <param name="SentBytes">Bytes that went there.</param>
/// <param name="ReceivedBytes">Bytes that came from there.</param>
/// <param name="Seconds">How long it was open.</param>
/// <param name="Ending">How it ended: <c>complete</c>, <c>lost</c>, <c>outputClosed</c>, <c>otherOutputClosed</c>, <c>inputFailed</c>.</param>
public sealed record PipeSummary(string Device, long SentBytes, long ReceivedBytes, double Seconds, PipeEnding Ending);
