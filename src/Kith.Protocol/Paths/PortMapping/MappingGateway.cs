using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A router that a default route leads through, and the address of ours from which it is asked: mappings lead there.</summary>
/// <param name="Address">The gateway's address on our link; link-local as a rule for IPv6.</param>
/// <param name="InterfaceIndex">The interface it is behind.</param>
/// <param name="Client">Our own address: of the gateway's network for IPv4, a global one for IPv6.</param>
public readonly record struct MappingGateway(InternetAddress Address, uint InterfaceIndex, InternetAddress Client)
{
    /// <summary>A port of the gateway.</summary>
    public InternetEndpoint At(ushort port) => new(Address, port, Address.IsLinkLocalV6 ? InterfaceIndex : 0);
}
