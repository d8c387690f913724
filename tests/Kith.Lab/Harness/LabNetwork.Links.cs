using System.Net;
using Kith.Lab.Emulator;

namespace Kith.Lab.Harness;

/// <content>Cables whose conditions a scenario sets.</content>
internal sealed partial class LabNetwork
{
    private int _linkCount;

    /// <summary>
    /// Joins two hosts by an emulated cable. Its addresses are 10.255.N.1 and .2, 2001:db8:ffff:N::1 and ::2. The seed decides which frames
    /// are lost.
    /// </summary>
    public LabLink AddLink(LabHost a, LabHost b, LinkConditions conditions, int seed = 1)
    {
        int number = ++_linkCount;
        LabInterface near = a.AddInterface(null);
        LabInterface far = b.AddInterface(null);
        LinkEmulator emulator = Emulate(AddCable(near), AddCable(far), conditions, seed);
        a.DisableOffloads(near);
        b.DisableOffloads(far);
        near.Configure(IPAddress.Parse($"10.255.{number}.1"), IPAddress.Parse($"2001:db8:ffff:{number:x}::1"));
        far.Configure(IPAddress.Parse($"10.255.{number}.2"), IPAddress.Parse($"2001:db8:ffff:{number:x}::2"));
        return Keep(new LabLink(near, far, emulator));
    }

    /// <summary>Plugs a host into a switch through an emulated cable, as a host on bad Wi-Fi.</summary>
    public LabLink Connect(LabHost host, LabSwitch attachedTo, LinkConditions conditions, int seed = 1)
    {
        LabInterface port = host.AddInterface(attachedTo);
        string near = AddCable(port);
        string middle = NextWireEnd();
        string plug = NextWireEnd();
        Wire.Ip($"link add {middle} type veth peer name {plug}", $"link set {middle} up");
        Wire.RunOnNetwork("ethtool", "-K", plug, "tso", "off", "gso", "off", "gro", "off", "tx-udp-segmentation", "off");
        attachedTo.Plug(plug);
        host.DisableOffloads(port);
        LinkEmulator emulator = Emulate(near, middle, conditions, seed);
        int number = attachedTo.NextHostNumber();
        port.Configure(attachedTo.IPv4At(number), attachedTo.IPv6At(number));
        return Keep(new LabLink(port, null, emulator));
    }

    private LinkEmulator Emulate(string near, string far, LinkConditions conditions, int seed) =>
        NamespaceThread.RunAsync(
            Wire.NetworkPath,
            () => new LinkEmulator(PacketSocket.Open(near), PacketSocket.Open(far), conditions, seed)).GetAwaiter().GetResult();

    private LabLink Keep(LabLink link)
    {
        _links.Push(link);
        return link;
    }
}
