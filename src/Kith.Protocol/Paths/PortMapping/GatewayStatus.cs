using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What is known of one gateway.</summary>
/// <param name="Gateway">Its address.</param>
/// <param name="Client">Our address behind it.</param>
/// <param name="Protocols">Each protocol that is tried.</param>
/// <param name="Mappings">What it has granted.</param>
public sealed record GatewayStatus(InternetAddress Gateway, InternetAddress Client, IReadOnlyList<ProtocolFinding> Protocols, IReadOnlyList<HeldMapping> Mappings);
