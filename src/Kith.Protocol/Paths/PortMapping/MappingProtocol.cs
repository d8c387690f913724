namespace Kith.Protocol.Paths.PortMapping;

/// <summary>The protocols by which a gateway opens a port on request.</summary>
[Flags]
public enum MappingProtocol
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Port Control Protocol (RFC 6887).</summary>
    Pcp = 1,

    /// <summary>NAT Port Mapping Protocol (RFC 6886).</summary>
    NatPmp = 2,

    /// <summary>UPnP Internet Gateway Device, versions 1 and 2.</summary>
    Upnp = 4,

    /// <summary>All of them.</summary>
    All = Pcp | NatPmp | Upnp,
}
