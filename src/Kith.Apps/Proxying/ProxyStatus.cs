namespace Kith.Apps.Proxying;

/// <summary>A proxy that listens; what <c>kith proxy --json</c> prints.</summary>
/// <param name="Socks">Where SOCKS 5 listens, <c>ADDRESS:PORT</c> each.</param>
/// <param name="Http">Where the HTTP proxy listens.</param>
/// <param name="SocksPort">The port of SOCKS 5, or null.</param>
/// <param name="HttpPort">The port of the HTTP proxy, or null.</param>
public sealed record ProxyStatus(IReadOnlyList<string> Socks, IReadOnlyList<string> Http, int? SocksPort, int? HttpPort);
