using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>Where a port of ours is reached from outside.</summary>
/// <param name="Transport">The transport that leads there.</param>
/// <param name="External">The outside address and port.</param>
public readonly record struct MappedEndpoint(MappedTransport Transport, InternetEndpoint External);
