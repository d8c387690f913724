namespace Kith.Apps.Exposing;

/// <summary>A service of this machine; what <c>kith expose --json</c> prints.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">The port at the virtual addresses.</param>
/// <param name="Target">Where it runs, <c>HOST:PORT</c>.</param>
/// <param name="Network">The network it is for, by name, or null for any.</param>
/// <param name="To">Who may use it: <c>everybody</c>, or <c>admins</c> and devices.</param>
/// <param name="Problem">Why it is not served now, or null.</param>
public sealed record ServiceStatus(string Name, int Port, string Target, string? Network, IReadOnlyList<string> To, string? Problem = null);
