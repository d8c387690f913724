using System.Globalization;
using Kith.Node.Control;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>Ports that routers map to this node.</content>
public sealed partial class KithNode
{
    /// <summary>What the routers on this machine's default routes were asked, and what they granted.</summary>
    public PortMappingStatus PortMapping => _parts.PortMapping?.Status ?? PortMappingStatus.Disabled;

    private DoctorCheck CheckPortMapping()
    {
        const string name = "port mapping";
        PortMappingStatus status = PortMapping;
        HeldMapping[] held = [.. status.Mappings];
        if (!status.IsEnabled)
        {
            return new DoctorCheck(name, DoctorVerdict.Ok, "switched off", "Switch it on with: kith up --port-mapping all");
        }

        if (held.Length > 0)
        {
            string text = string.Join("; ", held.Select(Describe));
            return status.ExternalAddress is { IsPrivate: true }
                ? new DoctorCheck(name, DoctorVerdict.Warn, text, "The router has a private address itself: another one stands behind it. Open the port there as well if it is yours.")
                : new DoctorCheck(name, DoctorVerdict.Ok, text);
        }

        if (status.Gateways.All(gateway => gateway.Client.IsV4 && !gateway.Client.IsPrivate))
        {
            return new DoctorCheck(name, DoctorVerdict.Ok, status.Gateways.Count == 0 ? "no router stands on a default route" : "not needed: this machine has a public address");
        }

        bool isSearching = status.Gateways.Any(gateway => gateway.Protocols.Any(protocol => protocol.Finding == MappingFinding.Searching));
        return new DoctorCheck(
            name,
            isSearching ? DoctorVerdict.Ok : DoctorVerdict.Warn,
            string.Join("; ", status.Gateways.Select(Describe)),
            string.Create(CultureInfo.InvariantCulture, $"Switch on UPnP, NAT-PMP or PCP in the router, or open UDP port {_fastPath.Port} to this device by hand. Most connections work without."));
    }

    private static string Describe(HeldMapping mapping) => string.Create(
        CultureInfo.InvariantCulture,
        $"{mapping.External} leads to {(mapping.Wish.Transport == MappedTransport.Tcp ? "TCP" : "UDP")} port {mapping.Wish.InternalPort}, by {NameOf(mapping.By)}{(mapping.Left is { } left ? $", {left.TotalMinutes:0} min left" : "")}");

    private static string Describe(GatewayStatus gateway) =>
        $"router {gateway.Gateway}: {string.Join(", ", gateway.Protocols.Select(protocol => $"{NameOf(protocol.Protocol)} {Describe(protocol)}"))}";

    private static string Describe(ProtocolFinding found) => found.Finding switch
    {
        MappingFinding.Searching => "not answered yet",
        MappingFinding.Present => "answers",
        MappingFinding.Refused => $"refuses ({found.Detail})",
        _ => found.Detail ?? "no answer",
    };

    private static string NameOf(MappingProtocol protocol) => protocol switch
    {
        MappingProtocol.Pcp => "PCP",
        MappingProtocol.NatPmp => "NAT-PMP",
        _ => "UPnP",
    };
}
