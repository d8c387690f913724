using Kith.Lab.Harness;
using Kith.Tunnel.Interfaces;

namespace Kith.Lab.FastPath;

/// <summary>What a node learns of its machine's network.</summary>
public sealed class InterfaceWatcherScenarios
{
    [Fact]
    public async Task interfaces_addresses_and_default_routes_are_what_the_system_shows()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost host = lab.AddHost("a", lan);
        (await host.RunAsync($"ip route add default via {lan.IPv4At(1)} && ip link add d0 type bridge && ip addr add 10.9.9.9/24 dev d0 && ip link set d0 up && ip tuntap add dev t0 mode tun")).EnsureSuccess();
        using InterfaceWatcher watcher = await host.InvokeAsync(() => new InterfaceWatcher());
        LocalNetwork network = watcher.Enumerate();

        LocalInterface port = Assert.Single(network.Interfaces, i => i.Name == "eth0");
        Assert.True(port is { IsUp: true, IsLoopback: false, IsVirtual: false, HasMulticast: true, Mtu: 1500 }, port.ToString());
        Assert.Contains(network.Interfaces, i => i is { Name: "lo", IsLoopback: true });
        Assert.Contains(network.Interfaces, i => i is { Name: "d0", IsVirtual: true, Kind: "bridge" });
        Assert.Contains(network.Interfaces, i => i is { Name: "t0", IsUp: false, Kind: "tun" });
        Assert.Contains(network.Addresses, a => a.Address == TunnelEnd.Address(host.IPv4.ToString()) && a.PrefixBits == 24 && a.Interface == port && a.IsUsable);
        Assert.Contains(network.Addresses, a => a.Address == TunnelEnd.Address(host.IPv6.ToString()) && a.PrefixBits == 64 && a is { IsTemporary: false });
        Assert.Contains(network.Addresses, a => a.Address.IsLinkLocalV6 && a.Interface == port);
        Assert.Equal((port.Index, TunnelEnd.Address(lan.IPv4At(1)!.ToString())), Assert.Single(network.DefaultRoutes));
        Assert.True(network.IsSameAs(watcher.Enumerate()));
    }

    [Fact]
    public async Task changes_are_told_and_silence_is_kept()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost host = lab.AddHost("a", lan);
        using SemaphoreSlim told = new(0);
        using InterfaceWatcher watcher = await host.InvokeAsync(() => new InterfaceWatcher(() => told.Release()));
        string[] changes =
        [
            "ip addr add 10.1.2.3/24 dev eth0",
            "ip -6 addr add 2001:db8:ffff::1/64 dev eth0 nodad",
            $"ip route add default via {lan.IPv4At(1)}",
            "ip addr del 10.1.2.3/24 dev eth0",
            "ip link set eth0 down",
        ];
        foreach (string change in changes)
        {
            await LabWait.UntilAsync("quiet", TimeSpan.FromSeconds(10), async () => await told.WaitAsync(300, TestContext.Current.CancellationToken) ? "still telling" : null);
            LocalNetwork before = watcher.Enumerate();
            (await host.RunAsync(change)).EnsureSuccess();
            Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken), change);
            Assert.False(before.IsSameAs(watcher.Enumerate()), change);
        }
    }
}
