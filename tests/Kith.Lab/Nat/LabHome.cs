using System.Net;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>A device and the router it sits behind.</summary>
/// <param name="Device">The machine of the home.</param>
/// <param name="Nat">Its router; null if it is on the Internet itself.</param>
/// <param name="Network">The network of the home, for more devices; without a router the one that leads to the Internet.</param>
internal sealed record LabHome(LabHost Device, LabNat? Nat, LabSwitch Network)
{
    /// <summary>The address that its packets have beyond its router: the router's where it translates, its own where there is none or only a firewall.</summary>
    public IPAddress Site => Nat is null ? Device.IPv4 : Nat.Outside ?? Device.IPv6;
}
