using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>One LAN: machines on it reach each other and share multicast. Others reach it only if it is routed.</summary>
/// <param name="index">1 to 250; enters the addresses: 10.index.0.0/16, 2001:db8:index::/64.</param>
internal sealed class SimSegment(int index, bool isRouted)
{
    /// <summary>Its number.</summary>
    public int Index { get; } = index;

    /// <summary>Whether other segments can be reached from here and this one from there.</summary>
    public bool IsRouted { get; } = isRouted;

    /// <summary>Whether multicast is carried.</summary>
    public bool HasMulticast { get; set; } = true;

    /// <summary>How well it carries.</summary>
    public LinkConditions Conditions { get; set; } = LinkConditions.Cable;

    /// <summary>Who is attached, in order of attachment.</summary>
    public List<SimInterface> Interfaces { get; } = [];

    /// <summary>The IPv4 address with this host number.</summary>
    public InternetAddress V4(int host) => InternetAddress.FromBytes([10, (byte)Index, (byte)(host >> 8), (byte)host]);

    /// <summary>The IPv6 address with this host number.</summary>
    public InternetAddress V6(int host) =>
        InternetAddress.FromBytes([0x20, 0x01, 0x0D, 0xB8, 0, (byte)Index, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(host >> 8), (byte)host]);

    /// <summary>The link-local address with this host number.</summary>
    public static InternetAddress LinkLocal(int host) => InternetAddress.FromBytes([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(host >> 8), (byte)host]);

    /// <summary>The prefixes an interface with this host number has.</summary>
    public IEnumerable<InternetPrefix> Prefixes(int host) => [new InternetPrefix(V4(host), 16), new InternetPrefix(V6(host), 64), new InternetPrefix(LinkLocal(host), 64)];
}
