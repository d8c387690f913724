using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Nat;

/// <summary>What a node knows of the translators and firewalls between it and the Internet, from what its own data socket saw. Immutable.</summary>
public sealed record NatReport
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly NatReport Nothing = new();

    /// <summary>How outside ports are chosen for IPv4.</summary>
    public NatClass Mapping { get; init; }

    /// <summary>How outside ports are chosen for IPv6; nearly always <see cref="NatClass.None"/>.</summary>
    public NatClass MappingV6 { get; init; }

    /// <summary>For <see cref="NatClass.Stepping"/>: how far one outside port lies from the one before, may be negative; otherwise 0.</summary>
    public int Step { get; init; }

    /// <summary>Our outside endpoint for IPv4 as it was last seen; for a port that changes with the destination, that of the newest mapping.</summary>
    public InternetEndpoint? OutsideV4 { get; init; }

    /// <summary>When <see cref="OutsideV4"/> was last seen.</summary>
    public Instant? OutsideV4At { get; init; }

    /// <summary>Our outside endpoint for IPv6 as it was last seen.</summary>
    public InternetEndpoint? OutsideV6 { get; init; }

    /// <summary>Whose packets come in.</summary>
    public NatFiltering Filtering { get; init; }

    /// <summary>Whether a packet that we send to our own outside endpoint comes back in; null if not tried or not applicable.</summary>
    public bool? Hairpin { get; init; }

    /// <summary>Whether there is a second translator beyond the router that maps our ports; null if no router told its outside address.</summary>
    public bool? DoubleNat { get; init; }

    /// <summary>How many remote endpoints the classification rests on.</summary>
    public int VantagePoints { get; init; }

    /// <summary>The one class that is stated to others: of IPv4 if anything is known of that, otherwise of IPv6.</summary>
    public NatClass Class => Mapping != NatClass.Unknown ? Mapping : MappingV6;
}
