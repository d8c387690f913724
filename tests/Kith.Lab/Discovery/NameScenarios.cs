using System.Net;
using Kith.Lab.Harness;
using Kith.Node.Names;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Lab.Discovery;

/// <summary>Names as ordinary programs see them. A bridge stands for the TUN device.</summary>
public sealed class NameScenarios
{
    private static InternetAddress Address(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new FormatException(text);

    private static NameTable Table { get; } = new("kith",
    [
        new NamedNetwork("home", [new InternetPrefix(Address("fd11:2233:4455::"), 48), new InternetPrefix(Address("100.64.16.0"), 20)], [Address("fd11:2233:4455::a"), Address("100.64.17.1")],
            [new NamedDevice("laptop", [Address("fd11:2233:4455::a"), Address("100.64.17.1")]), new NamedDevice("pi", [Address("fd11:2233:4455::b"), Address("100.64.31.255")])]),
    ]);

    private static async Task<LabHost> HostAsync(LabNetwork lab)
    {
        LabHost host = lab.AddHost("alice", lab.AddSwitch("lan"));
        (await host.RunAsync("ip link add kith0 type bridge && ip link set kith0 up && ip addr add 100.64.17.1/20 dev kith0 && ip addr add fd11:2233:4455::a/48 dev kith0")).EnsureSuccess();
        return host;
    }

    private static async Task<string> TextAsync(LabHost host, string command) => (await host.RunAsync(command)).EnsureSuccess().Text;

    [Fact]
    public async Task responder_answers_the_resolvers_of_others()
    {
        await using LabNetwork lab = LabNetwork.Create("dig");
        LabHost host = await HostAsync(lab);
        using NameService names = await host.InvokeAsync(() =>
        {
            NameService service = new(new NameServiceOptions { Link = null }, NullLogger<NameService>.Instance);
            service.Update(Table);
            return service;
        });
        Assert.Equal(2, names.Listening.Count);
        foreach (string transport in new[] { "+notcp", "+tcp", "+notcp +noedns" })
        {
            foreach (string server in new[] { "100.64.17.1", "fd11:2233:4455::a" })
            {
                string dig = $"dig @{server} {transport} +short +tries=1 +time=2";
                Assert.Equal("100.64.31.255", await TextAsync(host, $"{dig} pi.home.kith A"));
                Assert.Equal("fd11:2233:4455::b", await TextAsync(host, $"{dig} PI.home.kith AAAA"));
                Assert.Equal("pi.home.kith.", await TextAsync(host, $"{dig} -x 100.64.31.255"));
                Assert.Equal("laptop.home.kith.", await TextAsync(host, $"{dig} -x fd11:2233:4455::a"));
            }
        }

        Assert.Contains("status: NXDOMAIN", await TextAsync(host, "dig @100.64.17.1 nobody.home.kith"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await TextAsync(host, "dig @100.64.17.1 example.org"), StringComparison.Ordinal);
        Assert.Contains("ns.kith. nobody.kith.", await TextAsync(host, "dig @100.64.17.1 kith SOA"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task names_are_this_machines_own()
    {
        await using LabNetwork lab = LabNetwork.Create("dig");
        LabHost host = await HostAsync(lab);
        LabHost stranger = lab.AddHost("eve", host.Interfaces[0].Switch!);
        using NameService names = await host.InvokeAsync(() =>
        {
            NameService service = new(new NameServiceOptions { Link = null }, NullLogger<NameService>.Instance);
            service.Update(Table);
            return service;
        });
        (await stranger.RunAsync($"ip route add 100.64.16.0/20 via {host.IPv4}")).EnsureSuccess();
        (await stranger.RunAsync("ping -c1 -W2 100.64.17.1")).EnsureSuccess();
        Assert.False((await stranger.RunAsync("dig @100.64.17.1 +tries=1 +time=1 pi.home.kith")).Succeeded);
        Assert.False((await stranger.RunAsync("dig @100.64.17.1 +tcp +tries=1 +time=1 pi.home.kith")).Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task programs_resolve_names_through_the_hosts_file_even_where_it_is_a_mount(bool isMount)
    {
        await using LabNetwork lab = LabNetwork.Create("getent");
        LabHost host = await HostAsync(lab);
        if (isMount)
        {
            (await host.RunAsync("cp -a /etc/hosts /run/hosts && mount --bind /run/hosts /etc/hosts")).EnsureSuccess();
        }

        // The node is a process in the host's mount namespace; here its view of the file is reached through the host's root.
        string path = $"/proc/{host.Space.ProcessId}/root/etc/hosts";
        byte[] before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        HostsHook hook = new(path, "kith0");
        hook.Apply(Table, []);
        Assert.Equal("100.64.31.255 pi.home.kith pi", Squeeze(await TextAsync(host, "getent ahostsv4 pi.home.kith | head -1 | sed 's/STREAM//'") + " pi"));
        Assert.Contains("fd11:2233:4455::b", await TextAsync(host, "getent ahosts pi"), StringComparison.Ordinal);
        Assert.Equal("fd11:2233:4455::b pi.home.kith pi", Squeeze(await TextAsync(host, "getent hosts fd11:2233:4455::b")));
        Assert.Equal("100.64.17.1 laptop.home.kith laptop", Squeeze(await TextAsync(host, "getent hosts 100.64.17.1")));
        Assert.Equal("127.0.0.1 localhost", Squeeze(await TextAsync(host, "getent hosts 127.0.0.1")));
        hook.Remove();
        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal("hosts", Squeeze(await TextAsync(host, "cd /etc && ls | grep hosts$")));
    }

    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
