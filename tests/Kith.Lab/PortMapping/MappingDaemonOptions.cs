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

    /// <summary>The shortest life of a mapping by PCP in seconds.</summary>
    public int LifetimeSecondsMin { get; init; } = 120;
}
