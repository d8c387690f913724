namespace Kith.Protocol.Paths.PortMapping;

/// <summary>One protocol at one gateway.</summary>
/// <param name="Protocol">Which.</param>
/// <param name="Finding">What came of it.</param>
/// <param name="Detail">In words why, or what the gateway calls itself; null if there is nothing to say.</param>
public sealed record ProtocolFinding(MappingProtocol Protocol, MappingFinding Finding, string? Detail);
