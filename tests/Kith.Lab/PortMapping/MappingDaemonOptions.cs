namespace Kith.Lab.PortMapping;

/// <summary>What a home router's miniupnpd offers.</summary>
internal sealed record MappingDaemonOptions
{
    /// <summary>PCP and NAT-PMP: the daemon has one switch for both.</summary>
    public bool HasPcp { get; init; } = true;

    /// <summary>UPnP.</summary>
    public bool HasUpnp { get; init; } = true;

    /// <summary>Says that it is an IGD of version 1.</summary>
    public bool IsVersionOne { get; init; }

    /// <summary>The longest life of a mapping by PCP and NAT-PMP in seconds; the daemon's own minimum follows it down.</summary>
    public int LifetimeSecondsMax { get; init; } = 86400;
}
