using Kith.Protocol.Wire;

namespace Kith.Tunnel.Interfaces;

/// <summary>The interfaces and addresses of this machine at one moment.</summary>
public sealed record LocalNetwork
{
    /// <summary>All interfaces.</summary>
    public required IReadOnlyList<LocalInterface> Interfaces { get; init; }

    /// <summary>All addresses on interfaces that are up.</summary>
    public required IReadOnlyList<LocalAddress> Addresses { get; init; }

    /// <summary>Where default routes lead: the interfaces' indexes, and the gateways where the route has one.</summary>
    public required IReadOnlyList<(uint InterfaceIndex, InternetAddress? Gateway)> DefaultRoutes { get; init; }

    /// <summary>
    /// Whether another look found the same. Counters and lifetimes, which change all the time, are no part of it.
    /// </summary>
    public bool IsSameAs(LocalNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Interfaces.SequenceEqual(other.Interfaces) && Addresses.SequenceEqual(other.Addresses) && DefaultRoutes.SequenceEqual(other.DefaultRoutes);
    }
}
