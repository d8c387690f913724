using System.Net;

namespace Kith.Lab.Harness;

/// <summary>An Ethernet switch: a bridge in the lab's own wire namespace, with the address ranges that its hosts get addresses from.</summary>
internal sealed class LabSwitch
{
    /// <summary>Hosts that fit on one switch.</summary>
    public const int HostsMax = 200;

    private const int FirstHost = 10;

    private readonly LabNetwork _lab;
    private readonly string _bridge;
    private readonly List<string> _plugged = [];
    private bool _multicastBlocked;
    private int _hostCount;

    internal LabSwitch(LabNetwork lab, string name, string bridge, IPNetwork? ipv4, IPNetwork? ipv6)
    {
        _lab = lab;
        _bridge = bridge;
        Name = name;
        IPv4Network = ipv4;
        IPv6Network = ipv6;
        _lab.Wire.Ip(
            $"link add {_bridge} type bridge forward_delay 0 mcast_snooping 0",
            $"link set {_bridge} addrgenmode none",
            $"link set {_bridge} up");
    }

    /// <summary>The lab's name for it.</summary>
    public string Name { get; }

    /// <summary>The range of its IPv4 addresses, or null for none.</summary>
    public IPNetwork? IPv4Network { get; }

    /// <summary>The range of its IPv6 addresses, or null for none.</summary>
    public IPNetwork? IPv6Network { get; }

    /// <summary>The router that hosts of this switch use as default gateway, or null.</summary>
    public LabInterface? Gateway { get; private set; }

    /// <summary>The n-th IPv4 address of the range.</summary>
    public IPAddress? IPv4At(int number) => IPv4Network is IPNetwork range ? AddressAt(range, number) : null;

    /// <summary>The n-th IPv6 address of the range.</summary>
    public IPAddress? IPv6At(int number) => IPv6Network is IPNetwork range ? AddressAt(range, number) : null;

    /// <summary>
    /// Drops multicast DNS, or lets it pass again. It is dropped inside the switch, as some access points do, so hosts cannot see why.
    /// </summary>
    public void BlockMulticast(bool blocked)
    {
        _multicastBlocked = blocked;
        _lab.Wire.Nft($"add table bridge block_{_bridge}\ndelete table bridge block_{_bridge}\n");
        if (blocked)
        {
            string ports = string.Join(", ", _plugged);
            _lab.Wire.Nft(
                $$"""
                table bridge block_{{_bridge}} {
                    chain forward {
                        type filter hook forward priority 0; policy accept;
                        iifname { {{ports}} } ether type ip udp dport 5353 drop
                        iifname { {{ports}} } ether type ip6 udp dport 5353 drop
                    }
                }
                """);
        }
    }

    /// <summary>Plugs an interface of the wire namespace into the bridge.</summary>
    internal void Plug(string wireEnd)
    {
        _lab.Wire.Ip($"link set {wireEnd} master {_bridge}", $"link set {wireEnd} up");
        _plugged.Add(wireEnd);
        if (_multicastBlocked)
        {
            BlockMulticast(true);
        }
    }

    internal int NextHostNumber()
    {
        if (_hostCount == HostsMax)
        {
            throw new LabException($"switch {Name} is full");
        }

        return FirstHost + _hostCount++;
    }

    internal void UseGateway(LabInterface router)
    {
        Gateway = router;
        foreach (LabHost host in _lab.Hosts.Where(host => host.Interfaces.Any(port => port.Switch == this)))
        {
            host.UpdateDefaultRoutes();
        }
    }

    private static IPAddress AddressAt(IPNetwork range, int number)
    {
        byte[] bytes = range.BaseAddress.GetAddressBytes();
        int sum = bytes[^1] + number;
        bytes[^1] = (byte)sum;
        bytes[^2] += (byte)(sum >> 8);
        return new IPAddress(bytes);
    }
}
