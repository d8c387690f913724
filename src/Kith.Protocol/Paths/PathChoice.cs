using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>The path that data to a peer takes.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Endpoint">Where the datagrams go.</param>
/// <param name="Rtt">Smoothed time there and back; null until the first pong.</param>
/// <param name="Mtu">Largest outer IP packet known to pass, in bytes.</param>
public readonly record struct PathChoice(PathKind Kind, InternetEndpoint Endpoint, TimeSpan? Rtt, int Mtu);
