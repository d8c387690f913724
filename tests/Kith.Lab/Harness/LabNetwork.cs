using System.Net;
using System.Text;

namespace Kith.Lab.Harness;

/// <summary>
/// A topology of hosts, switches, routers and links, made of Linux namespaces. Labs share nothing, so several may run at once.
/// Disposing ends every process and takes everything down; if the test run dies first, the kernel does the same.
/// <code>
/// await using LabNetwork lab = LabNetwork.Create();
/// LabSwitch lan = lab.AddSwitch("lan");
/// LabHost a = lab.AddHost("a", lan);
/// LabHost b = lab.AddHost("b", lan);
/// (await a.RunAsync($"ping -c1 {b.IPv4}")).EnsureSuccess();
/// </code>
/// </summary>
internal sealed partial class LabNetwork : IAsyncDisposable
{
    /// <summary>Switches in one lab; each has its own number in the default address ranges.</summary>
    public const int SwitchesMax = 100;

    private readonly List<LabHost> _hosts = [];
    private readonly List<LabSwitch> _switches = [];
    private readonly Stack<IDisposable> _links = [];
    private int _wireEnds;

    private LabNetwork() => Wire = new LabNamespace("wire", "for scope in all default; do echo 1 > /proc/sys/net/ipv6/conf/$scope/disable_ipv6; done");

    /// <summary>The hosts, in the order in which they were added.</summary>
    public IReadOnlyList<LabHost> Hosts => _hosts;

    /// <summary>The namespace that holds the bridges and the far ends of all cables.</summary>
    internal LabNamespace Wire { get; }

    /// <summary>An empty lab. Skips the test where the machine cannot hold one.</summary>
    public static LabNetwork Create(params string[] tools)
    {
        LabMachine.Require(["unshare", "nsenter", "ip", "bash", .. tools]);
        return new LabNetwork();
    }

    /// <summary>
    /// Adds a switch. Without ranges its hosts get 192.168.N.0/24 and 2001:db8:N::/64; an empty string stands for "no such family".
    /// </summary>
    public LabSwitch AddSwitch(string name, string? ipv4 = null, string? ipv6 = null)
    {
        if (_switches.Count == SwitchesMax)
        {
            throw new LabException("too many switches");
        }

        int number = _switches.Count + 1;
        LabSwitch added = new(this, name, $"br{number}", Range(ipv4 ?? $"192.168.{number}.0/24"), Range(ipv6 ?? $"2001:db8:{number:x}::/64"));
        _switches.Add(added);
        return added;
    }

    /// <summary>Adds a host with one interface on each of the switches.</summary>
    public LabHost AddHost(string name, params LabSwitch[] attachedTo) => Add(new LabHost(name, isRouter: false), attachedTo);

    /// <summary>
    /// Adds a router. It becomes the default gateway of the inner switches, and itself uses the outer switch's gateway if that has one.
    /// It only forwards; address translation is for the scenario to load with nftables.
    /// </summary>
    public LabHost AddRouter(string name, LabSwitch outer, params LabSwitch[] inner)
    {
        LabHost router = Add(new LabHost(name, isRouter: true), [outer, .. inner]);
        foreach (LabInterface port in router.Interfaces.Skip(1))
        {
            port.Switch?.UseGateway(port);
        }

        return router;
    }

    /// <summary>Adds one more interface to a host, plugged into a switch.</summary>
    public LabInterface Connect(LabHost host, LabSwitch attachedTo)
    {
        LabInterface port = host.AddInterface(attachedTo);
        attachedTo.Plug(AddCable(port));
        int number = attachedTo.NextHostNumber();
        port.Configure(attachedTo.IPv4At(number), attachedTo.IPv6At(number));
        return port;
    }

    public ValueTask DisposeAsync()
    {
        while (_links.TryPop(out IDisposable? link))
        {
            link.Dispose();
        }

        StringBuilder report = new();
        foreach (LabHost host in _hosts)
        {
            report.AppendLine(host.Stop());
        }

        Wire.Dispose();

        // The runner shows a test's output only if it failed.
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a cable from a host's interface to the wire namespace and returns the far end's name.</summary>
    internal string AddCable(LabInterface port)
    {
        string wireEnd = NextWireEnd();
        Wire.Ip(
            $"link add {wireEnd} type veth peer name {port.Name} netns {port.Host.Space.ProcessId}",
            $"link set {wireEnd} addrgenmode none");
        port.Host.Space.Ip($"link set {port.Name} up");
        Wire.Ip($"link set {wireEnd} up");
        return wireEnd;
    }

    internal string NextWireEnd() => $"w{++_wireEnds}";

    private static IPNetwork? Range(string text) => text.Length == 0 ? null : IPNetwork.Parse(text);

    private LabHost Add(LabHost host, LabSwitch[] attachedTo)
    {
        _hosts.Add(host);
        foreach (LabSwitch found in attachedTo)
        {
            Connect(host, found);
        }

        return host;
    }
}
