namespace Kith.Tunnel.Interfaces;

/// <summary>A network interface of this machine.</summary>
public sealed record LocalInterface
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its index, which is also the scope of link-local addresses on it.</summary>
    public required uint Index { get; init; }

    /// <summary>Whether it is switched on and has a carrier.</summary>
    public required bool IsUp { get; init; }

    /// <summary>Whether it is the loopback.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>Whether it has exactly one other end (PPP, tunnels).</summary>
    public required bool IsPointToPoint { get; init; }

    /// <summary>Whether it carries multicast.</summary>
    public required bool HasMulticast { get; init; }

    /// <summary>Largest packet in bytes; 0 if unknown.</summary>
    public required int Mtu { get; init; }

    /// <summary>The system's word for a software interface (<c>tun</c>, <c>bridge</c>, <c>veth</c>, <c>wireguard</c>, …); empty for hardware.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Whether its addresses are probably of no use to other machines: tunnels, and bridges and dummies that only this machine sees.
    /// A veth does not count, being what a container has for a network card.
    /// </summary>
    public bool IsVirtual => IsLoopback || Kind is "tun" or "bridge" or "dummy" or "wireguard" or "ipip" or "sit" or "gre" or "vti" or "ifb" or "vcan" or "vrf";
}
