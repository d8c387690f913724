namespace Kith.Simulator.Net;

/// <summary>How a translator behaves. Immutable. The words are those of RFC 4787.</summary>
internal sealed record SimNatBehaviour
{
    /// <summary>When two datagrams from one inside endpoint share an outside one.</summary>
    public SimNatDependence Mapping { get; init; }

    /// <summary>How ports are chosen.</summary>
    public SimNatPorts Ports { get; init; } = SimNatPorts.Preserving;

    /// <summary>The distance of two ports in a row where they step.</summary>
    public int PortStep { get; init; } = 1;

    /// <summary>From whom datagrams are let in.</summary>
    public SimNatDependence Filtering { get; init; }

    /// <summary>Whether inside machines reach each other through their outside endpoints.</summary>
    public bool Hairpins { get; init; }

    /// <summary>How long a mapping, and the leave to come in through it, lasts after the last datagram out.</summary>
    public TimeSpan MappingLife { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a session lives in which nothing has come in yet, if that is less (30 s in Linux).</summary>
    public TimeSpan UnansweredLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether datagrams that come in keep a mapping alive too.</summary>
    public bool InboundRefreshes { get; init; }

    /// <summary>The most sessions (pairs of an inside and a remote endpoint) at once; datagrams that would need another are dropped.</summary>
    public int SessionsMax { get; init; } = 16_384;

    /// <summary>Whether UDP passes at all.</summary>
    public bool PassesUdp { get; init; } = true;

    /// <summary>Whether IPv6, which is never translated, is let in only as an answer.</summary>
    public bool FiltersV6 { get; init; } = true;

    /// <summary>One port for all, open to all.</summary>
    public static SimNatBehaviour FullCone { get; } = new();

    /// <summary>One port for all, open to addresses that were sent to.</summary>
    public static SimNatBehaviour AddressRestricted { get; } = new() { Filtering = SimNatDependence.AddressDependent };

    /// <summary>One port for all, open to endpoints that were sent to.</summary>
    public static SimNatBehaviour PortRestricted { get; } = new() { Filtering = SimNatDependence.AddressAndPortDependent };

    /// <summary>A random port for each address, open to it.</summary>
    public static SimNatBehaviour AddressDependent { get; } = new()
    {
        Mapping = SimNatDependence.AddressDependent,
        Ports = SimNatPorts.Random,
        Filtering = SimNatDependence.AddressDependent,
    };

    /// <summary>A port for each endpoint, one after the other.</summary>
    public static SimNatBehaviour Stepping { get; } = new()
    {
        Mapping = SimNatDependence.AddressAndPortDependent,
        Ports = SimNatPorts.Stepping,
        Filtering = SimNatDependence.AddressAndPortDependent,
    };

    /// <summary>A random port for each endpoint.</summary>
    public static SimNatBehaviour Symmetric { get; } = Stepping with { Ports = SimNatPorts.Random };

    /// <summary>UDP does not pass.</summary>
    public static SimNatBehaviour UdpBlocked { get; } = new() { PassesUdp = false };
}
