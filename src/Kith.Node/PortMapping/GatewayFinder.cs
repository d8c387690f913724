using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;
using Kith.Tunnel.Interfaces;

namespace Kith.Node.PortMapping;

/// <summary>Which routers the machine's default routes lead through, and from which of its addresses each is to be asked.</summary>
internal static class GatewayFinder
{
    // A stable and a privacy address; more of one network would only be more of the same.
    private const int ClientsV6Max = 2;

    /// <summary>The gateways, IPv4 first. The node's own TUN device is left out.</summary>
    public static IReadOnlyList<MappingGateway> Find(LocalNetwork network, string? ownTun)
    {
        List<MappingGateway> found = [];
        foreach ((uint index, InternetAddress? gateway) in network.DefaultRoutes)
        {
            LocalInterface? link = network.Interfaces.FirstOrDefault(candidate => candidate.Index == index);
            if (gateway is { } address && link is { IsUp: true, IsLoopback: false } && link.Name != ownTun)
            {
                IEnumerable<LocalAddress> own = network.Addresses.Where(candidate => candidate.Interface.Index == index && candidate.IsUsable && candidate.Address.IsV4 == address.IsV4);
                found.AddRange(Clients(own, address).Select(client => new MappingGateway(address, index, client)));
            }
        }

        return [.. found.OrderByDescending(gateway => gateway.Address.IsV4).Take(PortMappingLimits.GatewaysMax)];
    }

    private static IEnumerable<InternetAddress> Clients(IEnumerable<LocalAddress> own, InternetAddress gateway) => gateway.IsV4
        ? own.OrderByDescending(address => gateway.IsIn(address.Address, address.PrefixBits)).Select(address => address.Address).Take(1)
        : own.Where(address => !address.Address.IsLinkLocalV6 && !address.Address.IsPrivate).OrderBy(address => address.IsTemporary).Select(address => address.Address).Take(ClientsV6Max);
}
