using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>What this node is seen as from outside.</summary>
/// <param name="PortV4">The port at which it is reached over IPv4; 0 where it has no IPv4.</param>
/// <param name="PortV6">The same for IPv6.</param>
/// <param name="Endpoints">Its own endpoints, which trackers will name too.</param>
public sealed record TrackerSelf(ushort PortV4, ushort PortV6, IReadOnlyList<InternetEndpoint> Endpoints);
