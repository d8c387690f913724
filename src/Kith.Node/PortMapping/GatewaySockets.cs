using System.Net.Sockets;
using Kith.Node.Lan;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Node.PortMapping;

/// <summary>The sockets that are open for the gateways of the moment: one for each address that asks, and those that hear announcements on their interfaces.</summary>
internal sealed class GatewaySockets(MulticastReceiver onDatagram) : IDisposable
{
    private readonly Dictionary<MappingGateway, GatewaySocket> _asking = [];
    private readonly Dictionary<(InternetAddress Group, ushort Port, uint Interface), GatewaySocket> _hearing = [];

    /// <summary>Opens what is missing and closes what is not needed any more. What cannot be opened is tried again at the next change.</summary>
    public void Follow(IReadOnlyList<MappingGateway> gateways)
    {
        Follow(_asking, gateways, gateway => GatewaySocket.Open(gateway, onDatagram));
        Follow(
            _hearing,
            [.. gateways.SelectMany(gateway => Groups(gateway.Client.IsV4).Select(group => (group.Group, group.Port, Interface: gateway.InterfaceIndex))).Distinct()],
            wanted => GatewaySocket.Listen(wanted.Group, wanted.Port, wanted.Interface, onDatagram));
    }

    /// <summary>Sends from the address that the gateway is asked from.</summary>
    public void Send(in MapperTransmit transmit, ReadOnlySpan<byte> datagram)
    {
        if (_asking.TryGetValue(transmit.Gateway, out GatewaySocket? socket))
        {
            socket.Send(transmit.Destination, datagram);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GatewaySocket socket in _asking.Values.Concat(_hearing.Values))
        {
            socket.Dispose();
        }

        _asking.Clear();
        _hearing.Clear();
    }

    private static IEnumerable<(InternetAddress Group, ushort Port)> Groups(bool isV4) => isV4
        ?
        [
            (PortMappingSpecification.AnnouncementGroupV4, PortMappingSpecification.AnnouncementPort),
            (PortMappingSpecification.SsdpGroupV4, PortMappingSpecification.SsdpPort),
        ]
        :
        [
            (PortMappingSpecification.AnnouncementGroupV6, PortMappingSpecification.AnnouncementPort),
            (PortMappingSpecification.SsdpGroupLinkV6, PortMappingSpecification.SsdpPort),
            (PortMappingSpecification.SsdpGroupSiteV6, PortMappingSpecification.SsdpPort),
        ];

    private static void Follow<TKey>(Dictionary<TKey, GatewaySocket> open, IReadOnlyList<TKey> wanted, Func<TKey, GatewaySocket> make)
        where TKey : notnull
    {
        foreach (TKey gone in open.Keys.Except(wanted).ToArray())
        {
            open.Remove(gone, out GatewaySocket? socket);
            socket!.Dispose();
        }

        foreach (TKey missing in wanted.Except(open.Keys).ToArray())
        {
            try
            {
                open[missing] = make(missing);
            }
            catch (SocketException)
            {
                // An address that is just going, or a port that another program keeps for itself.
            }
        }
    }
}
