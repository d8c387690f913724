using System.Net;

namespace Kith.Lab.Harness;

/// <summary>One network interface of a host and what the lab configured on it.</summary>
internal sealed class LabInterface
{
    internal LabInterface(LabHost host, string name, LabSwitch? attachedTo)
    {
        Host = host;
        Name = name;
        Switch = attachedTo;
    }

    /// <summary>The host it belongs to.</summary>
    public LabHost Host { get; }

    /// <summary>Its name inside the host: eth0, eth1, …</summary>
    public string Name { get; }

    /// <summary>The switch at its other end; null on a link between two hosts.</summary>
    public LabSwitch? Switch { get; }

    /// <summary>Its IPv4 address, or null.</summary>
    public IPAddress? IPv4 { get; private set; }

    /// <summary>Its IPv6 address (not the link-local one), or null.</summary>
    public IPAddress? IPv6 { get; private set; }

    /// <summary>False while its cable is out.</summary>
    public bool IsPlugged { get; private set; } = true;

    /// <summary>Plugs the cable in.</summary>
    public void Connect()
    {
        // Taking a link down makes the kernel forget IPv6 addresses and default routes: put them back, as a network manager does.
        IsPlugged = true;
        Host.Space.Ip($"link set {Name} up");
        Configure(IPv4, IPv6);
    }

    /// <summary>Pulls the cable out.</summary>
    public void Disconnect()
    {
        IsPlugged = false;
        Host.Space.Ip($"link set {Name} down");
    }

    /// <summary>Changes the maximum size of a packet, in bytes.</summary>
    public void SetMtu(int bytes) => Host.Space.Ip($"link set {Name} mtu {bytes}");

    /// <summary>Gives the interface other addresses, as a new DHCP lease would; null leaves the family without one.</summary>
    public void ChangeAddresses(IPAddress? ipv4, IPAddress? ipv6)
    {
        Host.Space.Ip($"addr flush dev {Name} scope global");
        Configure(ipv4, ipv6);
    }

    internal void Configure(IPAddress? ipv4, IPAddress? ipv6)
    {
        IPv4 = ipv4;
        IPv6 = ipv6;
        List<string> lines = [];
        if (ipv4 is not null)
        {
            lines.Add($"addr replace {ipv4}/{Switch?.IPv4Network?.PrefixLength ?? 24} dev {Name}");
        }

        if (ipv6 is not null)
        {
            lines.Add($"addr replace {ipv6}/{Switch?.IPv6Network?.PrefixLength ?? 64} dev {Name} nodad");
        }

        if (lines.Count > 0)
        {
            Host.Space.Ip([.. lines]);
        }

        Host.UpdateDefaultRoutes();
    }
}
