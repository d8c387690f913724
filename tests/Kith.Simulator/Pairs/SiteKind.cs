namespace Kith.Simulator.Pairs;

/// <summary>What stands between a machine and the Internet.</summary>
internal enum SiteKind
{
    /// <summary>Nothing.</summary>
    Open,

    /// <summary>A translator with one port for all, open to all.</summary>
    FullCone,

    /// <summary>One port for all, open to addresses that were sent to.</summary>
    AddressRestricted,

    /// <summary>One port for all, open to endpoints that were sent to.</summary>
    PortRestricted,

    /// <summary>A random port for each address.</summary>
    AddressDependent,

    /// <summary>A port for each endpoint, in steps.</summary>
    Stepping,

    /// <summary>A random port for each endpoint.</summary>
    Symmetric,

    /// <summary>A port-restricted translator at home and one of the provider's before it, which keeps one port for all.</summary>
    EasyCarrier,

    /// <summary>A port-restricted translator at home and one of the provider's before it, which takes a random port for each endpoint.</summary>
    HardCarrier,

    /// <summary>A random port for each endpoint, and IPv6 behind a stateful firewall.</summary>
    SymmetricWithV6,

    /// <summary>IPv6 alone, behind a stateful firewall.</summary>
    V6Only,
}
