using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>A network whose members have names.</summary>
/// <param name="Name">The network's name; one label.</param>
/// <param name="Prefixes">Its ranges of virtual addresses, for the way back from address to name.</param>
/// <param name="OwnAddresses">This node's own addresses in it, where names are answered.</param>
/// <param name="Devices">Its members, this node among them.</param>
public sealed record NamedNetwork(string Name, IReadOnlyList<InternetPrefix> Prefixes, IReadOnlyList<InternetAddress> OwnAddresses, IReadOnlyList<NamedDevice> Devices);
