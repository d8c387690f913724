namespace Kith.Apps.Forwarding;

/// <summary>A port that is forwarded; what <c>kith forward --json</c> prints.</summary>
/// <param name="Listening">The addresses and ports here, <c>ADDRESS:PORT</c> each.</param>
/// <param name="Port">The port here.</param>
/// <param name="Target">Where connections go, <c>DEVICE:PORT</c> or <c>DEVICE:SERVICE</c>.</param>
public sealed record ForwardStatus(IReadOnlyList<string> Listening, int Port, string Target);
