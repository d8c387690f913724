namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What an HTTP request of <see cref="UpnpClient"/> was for.</summary>
internal enum UpnpStep
{
    /// <summary>The gateway's description.</summary>
    Describe,

    /// <summary>The outside address, and whether the service works at all.</summary>
    OutsideAddress,

    /// <summary>Whether the IPv6 firewall can be opened.</summary>
    FirewallStatus,

    /// <summary>A mapping, at the port that is suggested.</summary>
    Add,

    /// <summary>A mapping, at whatever port is free (version 2).</summary>
    AddAny,

    /// <summary>A pinhole.</summary>
    AddPinhole,

    /// <summary>More time for a pinhole.</summary>
    UpdatePinhole,

    /// <summary>Whether a mapping is still there.</summary>
    Verify,

    /// <summary>The end of a mapping or pinhole.</summary>
    Delete,
}
