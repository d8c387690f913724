using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A datagram to be sent from a socket that is bound to <see cref="MappingGateway.Client"/>.</summary>
/// <param name="Length">Its length in the caller's buffer.</param>
/// <param name="Gateway">The gateway it concerns: our address, and the interface for a group.</param>
/// <param name="Destination">The gateway, or a group of SSDP.</param>
public readonly record struct MapperTransmit(int Length, MappingGateway Gateway, InternetEndpoint Destination);
