namespace Kith.Lab.Nat;

/// <summary>What a router does with its home's packets. The default holds one mapping and filters by address and port, as most homes' do.</summary>
internal sealed record NatOptions(NatKind Kind = NatKind.PortRestricted)
{
    /// <summary>True if a device reaches another one of the same router by that one's outer endpoint.</summary>
    public bool Hairpin { get; init; }

    /// <summary>True if no UDP leaves the home, as in some offices and hotels.</summary>
    public bool UdpBlocked { get; init; }

    /// <summary>How long a mapping outlives its last packet; null for what the kernel and home routers commonly do, two minutes.</summary>
    public TimeSpan? MappingLife { get; init; }

    /// <summary>
    /// Ports outside that differ from the device's own. A translator with one mapping keeps the port otherwise, so several devices with the
    /// same port behind one need this.
    /// </summary>
    public IReadOnlyList<NatHold> Holds { get; init; } = [];

    /// <summary>True if the home has IPv6, untranslated, behind a firewall that lets in only what was asked for.</summary>
    public bool IPv6 { get; init; }

    /// <summary>False if the home has no IPv4 at all.</summary>
    public bool IPv4 { get; init; } = true;
}
