using Kith.Lab.Emulator;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// Homes and public machines around one core router:  device ── home router ── core ── public machine. Each site has a range of its own at the
/// core, so every packet between two sites is forwarded there, and what has too few hops left dies there. All homes use the same private
/// range, as in life.
/// </summary>
internal sealed class LabInternet
{
    /// <summary>Sites that fit: ranges of 16 addresses out of 203.0.113.0/24.</summary>
    public const int SitesMax = 16;

    private const string HomeRange = "192.168.1.0/24";

    private readonly LabNetwork _lab;
    private LabHost? _core;
    private int _sites;
    private int _homes;

    /// <summary>Puts an Internet into a lab; IPv6 only if asked for, so that a translator cannot be gone around.</summary>
    public LabInternet(LabNetwork lab, bool ipv6 = false)
    {
        _lab = lab;
        HasIPv6 = ipv6;
    }

    /// <summary>True if sites have IPv6, too.</summary>
    public bool HasIPv6 { get; }

    /// <summary>The router in the middle; there once the first site is.</summary>
    public LabHost Core => _core ?? throw new LabException("no site yet");

    /// <summary>A machine with public addresses.</summary>
    public LabHost AddPublic(string name, bool ipv4 = true) => _lab.AddHost(name, AddSite(name, ipv4));

    /// <summary>A machine with public addresses at the end of a cable with trouble.</summary>
    public (LabHost Host, LabLink Cable) AddPublic(string name, LinkConditions conditions, int seed = 1)
    {
        LabSwitch site = AddSite(name, ipv4: true);
        LabHost host = _lab.AddHost(name);
        return (host, _lab.Connect(host, site, conditions, seed));
    }

    /// <summary>A device behind a translator of its own, or on the Internet itself for <see cref="NatKind.None"/>.</summary>
    public LabHome AddHome(string name, NatOptions options)
    {
        LabSwitch site = AddSite($"{name}-site", options.IPv4);
        return options.Kind == NatKind.None
            ? new LabHome(_lab.AddHost(name, site), null, site)
            : AddHome(name, options, site);
    }

    /// <summary>A device whose home router is itself behind a carrier's translator.</summary>
    public LabHome AddHome(string name, NatOptions options, LabCarrier carrier) => AddHome(name, options, carrier.Network);

    /// <summary>A carrier's translator with a network for its customers' routers behind it.</summary>
    public LabCarrier AddCarrier(string name, NatOptions options)
    {
        LabSwitch site = AddSite($"{name}-site", ipv4: true);
        LabSwitch inner = _lab.AddSwitch(name, $"100.64.{++_homes}.0/24", string.Empty);
        return new LabCarrier(new LabNat(_lab.AddRouter(name, site, inner), options), inner);
    }

    /// <summary>One more network behind the router of a home, which does not reach the first one.</summary>
    public LabHome AddSecondNetwork(string name, LabHome home)
    {
        LabNat nat = home.Nat ?? throw new LabException("no router");
        LabSwitch lan = _lab.AddSwitch(name, $"192.168.{100 + ++_homes}.0/24", string.Empty);
        lan.UseGateway(_lab.Connect(nat.Router, lan));
        return new LabHome(_lab.AddHost(name, lan), nat, lan);
    }

    private LabHome AddHome(string name, NatOptions options, LabSwitch outer)
    {
        int number = ++_homes;
        bool ipv6 = options.IPv6 && outer.IPv6Network is not null;
        LabSwitch lan = _lab.AddSwitch($"{name}-lan", options.IPv4 ? HomeRange : string.Empty, ipv6 ? $"2001:db8:a{number:x2}::/64" : string.Empty);
        LabHost router = _lab.AddRouter($"{name}-router", outer, lan);
        if (ipv6)
        {
            Core.Space.Ip($"route add {lan.IPv6Network} via {router.IPv6}");
        }

        return new LabHome(_lab.AddHost(name, lan), new LabNat(router, options), lan);
    }

    private LabSwitch AddSite(string name, bool ipv4)
    {
        if (_sites == SitesMax)
        {
            throw new LabException("too many sites");
        }

        int number = _sites++;
        LabSwitch site = _lab.AddSwitch(name, ipv4 ? $"203.0.113.{number * 16}/28" : string.Empty, HasIPv6 ? $"2001:db8:f{number:x2}::/64" : string.Empty);
        if (_core is null)
        {
            _core = _lab.AddRouter("core", site);
            site.UseGateway(_core.Interfaces[0]);
        }
        else
        {
            site.UseGateway(_lab.Connect(_core, site));
        }

        return site;
    }
}
