namespace Kith.Apps.Exposing;

/// <summary>Asks for a service to be exposed.</summary>
/// <param name="Name">Its name, or null for one made of the port.</param>
/// <param name="Port">The port at the virtual addresses.</param>
/// <param name="Host">Where it runs.</param>
/// <param name="HostPort">Its port there.</param>
/// <param name="To">Devices, and roles (<c>member</c>, <c>admin</c>), that may use it; empty for everybody.</param>
/// <param name="Network">The network it is for, by name or id; null for the only one, or for any if <paramref name="To"/> names devices.</param>
public sealed record ExposeRequest(string? Name, int Port, string Host, int HostPort, IReadOnlyList<string> To, string? Network = null);
