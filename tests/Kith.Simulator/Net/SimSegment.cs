using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <summary>One LAN: machines on it reach each other and share multicast. Others reach it if it is routed, or through its gateway.</summary>
/// <param name="index">1 to 250; enters the addresses: 10.index.0.0/16, 2001:db8:index::/64.</param>
internal sealed class SimSegment(int index, bool isRouted)
{
    /// <summary>Its number.</summary>
    public int Index { get; } = index;

    /// <summary>Whether other segments can be reached from here and this one from there.</summary>
    public bool IsRouted { get; } = isRouted;

    /// <summary>The IPv4 network: two numbers, a /16. Segments behind translators may share one.</summary>
    public (byte First, byte Second) V4Network { get; init; } = (10, (byte)index);

    /// <summary>Whether machines have IPv4 here.</summary>
    public bool HasV4 { get; init; } = true;

    /// <summary>Whether machines have global IPv6 here.</summary>
    public bool HasV6 { get; init; } = true;

    /// <summary>Whether multicast is carried.</summary>
    public bool HasMulticast { get; set; } = true;

    /// <summary>How well it carries.</summary>
    public LinkConditions Conditions { get; set; } = LinkConditions.Cable;

    /// <summary>What its line to the Internet adds, both ways: delay, jitter, loss and the size of packets.</summary>
    public LinkConditions? Line { get; set; }

    /// <summary>The way out of a segment that is not routed.</summary>
    public SimNat? Gateway { get; private set; }

    /// <summary>Who is attached, in order of attachment.</summary>
    public List<SimInterface> Interfaces { get; } = [];

    /// <summary>The translators that have this segment outside.</summary>
    public List<SimNat> Translators { get; } = [];

    /// <summary>The IPv4 address with this host number.</summary>
    public InternetAddress V4(int host) => HasV4 ? InternetAddress.FromBytes([V4Network.First, V4Network.Second, (byte)(host >> 8), (byte)host]) : InternetAddress.None;

    /// <summary>The IPv6 address with this host number.</summary>
    public InternetAddress V6(int host) => HasV6
        ? InternetAddress.FromBytes([0x20, 0x01, 0x0D, 0xB8, 0, (byte)Index, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(host >> 8), (byte)host])
        : InternetAddress.None;

    /// <summary>The link-local address with this host number.</summary>
    public static InternetAddress LinkLocal(int host) => InternetAddress.FromBytes([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(host >> 8), (byte)host]);

    /// <summary>The prefixes an interface with this host number has.</summary>
    public IEnumerable<InternetPrefix> Prefixes(int host)
    {
        if (HasV4)
        {
            yield return new InternetPrefix(V4(host), 16);
        }

        if (HasV6)
        {
            yield return new InternetPrefix(V6(host), 64);
        }

        yield return new InternetPrefix(LinkLocal(host), 64);
    }

    /// <summary>Puts a translator between this segment and another.</summary>
    public void ConnectThrough(SimNat gateway)
    {
        Gateway = gateway;
        gateway.Outside.Translators.Add(gateway);
    }

    /// <summary>Finds the machine, or the translator in front of it, that takes datagrams for an address on this segment.</summary>
    public bool TryFind(InternetAddress address, out SimInterface? target, [NotNullWhen(false)] out SimNat? translator)
    {
        target = Interfaces.Find(attached => attached.Owns(address));
        translator = target is null ? Translators.Find(attached => address.IsV4 ? attached.OutsideV4 == address : attached.Inside.LeadsTo(address)) : null;
        return target is not null;
    }

    private bool LeadsTo(InternetAddress address) =>
        Interfaces.Exists(attached => attached.V6 == address && attached.Segment.HasV6) || Translators.Exists(attached => attached.Inside.LeadsTo(address));
}
