using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A mapping that a gateway has granted.</summary>
/// <param name="By">The protocol by which.</param>
/// <param name="Wish">What of ours is reached by it.</param>
/// <param name="External">Where it is reached, as the gateway says. The address may be private: then another translator stands behind the gateway.</param>
/// <param name="Left">How long it lives unless renewed; null if without end.</param>
public sealed record HeldMapping(MappingProtocol By, MappingWish Wish, InternetEndpoint External, TimeSpan? Left);
