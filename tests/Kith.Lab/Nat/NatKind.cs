namespace Kith.Lab.Nat;

/// <summary>How a home's router translates UDP, in the words of RFC 4787: its mapping, then its filtering.</summary>
internal enum NatKind
{
    /// <summary>No router: the device has a public address.</summary>
    None,

    /// <summary>One port for all destinations, open to everybody.</summary>
    FullCone,

    /// <summary>One port for all destinations, open to the addresses that were sent to.</summary>
    AddressRestricted,

    /// <summary>One port for all destinations, open to the addresses and ports that were sent to.</summary>
    PortRestricted,

    /// <summary>A random port for each destination, open to that destination.</summary>
    Symmetric,

    /// <summary>The next port in a row for each destination, open to that destination.</summary>
    Stepping,
}
