using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>How port mapping stands, for people and for what is concluded of the translators on the way.</summary>
/// <param name="IsEnabled">False if the user switched it off.</param>
/// <param name="Gateways">Every gateway that is asked; none where no default route has one.</param>
public sealed record PortMappingStatus(bool IsEnabled, IReadOnlyList<GatewayStatus> Gateways)
{
    /// <summary>Switched off.</summary>
    public static readonly PortMappingStatus Disabled = new(false, []);

    /// <summary>All mappings, over all gateways.</summary>
    public IEnumerable<HeldMapping> Mappings => Gateways.SelectMany(gateway => gateway.Mappings);

    /// <summary>The outside IPv4 address that a gateway has told, or null. A private one says that a second translator stands behind the first.</summary>
    public InternetAddress? ExternalAddress => Mappings.Where(mapping => mapping.External.Address.IsV4).Select(mapping => (InternetAddress?)mapping.External.Address).FirstOrDefault();
}
