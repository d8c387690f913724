using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>A range of addresses: the subnet of one of this machine's interfaces.</summary>
/// <param name="Address">Any address in it, usually the interface's own.</param>
/// <param name="Bits">How many leading bits are the subnet's: 0-32 for IPv4, 0-128 for IPv6.</param>
public readonly record struct InternetPrefix(InternetAddress Address, int Bits)
{
    /// <summary>Whether an address lies in it.</summary>
    public bool Contains(InternetAddress address) => address.IsIn(Address, Bits);

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Address}/{Bits}");
}
