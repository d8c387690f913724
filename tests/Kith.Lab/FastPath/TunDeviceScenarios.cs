using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Protocol.Netstack;
using Kith.Tunnel;
using Kith.Tunnel.Interfaces;
using FastPathOfPackets = Kith.Tunnel.FastPath;

namespace Kith.Lab.FastPath;

/// <summary>The TUN device, its addresses and routes, and what is left when it goes.</summary>
public sealed class TunDeviceScenarios
{
    [Fact]
    public async Task device_goes_with_its_addresses_and_routes_though_its_reader_waits()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost host = lab.AddHost("a", lab.AddSwitch("lan"));
        string before = (await host.RunAsync("ip addr; ip route show table all; ip -6 route show table all; ip rule")).EnsureSuccess().Output;
        TunnelEnd end = await TunnelEnd.OpenAsync(host, 1, host.IPv4, new FastPathOptions());
        string during = (await host.RunAsync("ip addr; ip route; ip -6 route")).EnsureSuccess().Output;
        Assert.Contains("100.64.0.1/20", during, StringComparison.Ordinal);
        Assert.Contains("fd01::1/48", during, StringComparison.Ordinal);
        Assert.Contains("100.64.0.0/20 dev kith0", during, StringComparison.Ordinal);
        Assert.Contains("fd01::/48 dev kith0", during, StringComparison.Ordinal);
        Assert.DoesNotContain("tentative", during, StringComparison.Ordinal);

        Stopwatch watch = Stopwatch.StartNew();
        end.Dispose();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
        Assert.Equal(before, (await host.RunAsync("ip addr; ip route show table all; ip -6 route show table all; ip rule")).Output);
        (await host.RunAsync($"! ss -Hlun | grep -q :{TunnelEnd.Port}")).EnsureSuccess();
    }

    [Fact]
    public async Task disposing_under_load_ends_in_time()
    {
        for (int round = 0; round < 3; round++)
        {
            await using TunnelPair pair = await TunnelPair.OpenAsync();
            await Iperf.ServeAsync(pair.HostB);
            LabProcess load = pair.HostA.Start("iperf3 -c 100.64.0.2 -t 20 -P 4");
            await LabWait.UntilAsync("packets flow", TimeSpan.FromSeconds(10), () => Task.FromResult(pair.B.Path.Report.PacketsReceived > 20_000 ? null : "too few"));
            Stopwatch watch = Stopwatch.StartNew();
            pair.A.Dispose();
            pair.B.Dispose();
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
            Assert.Empty(pair.A.Path.Report.Faults);
            await load.StopAsync(LabSignal.Kill);
        }
    }

    [Fact]
    public async Task device_somebody_else_made_is_used_and_left_as_it_was()
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        (await a.RunAsync("ip tuntap add dev own0 mode tun vnet_hdr && ip addr add 192.0.2.7/32 dev own0")).EnsureSuccess();
        using TunnelEnd other = await TunnelEnd.OpenAsync(b, 2, a.IPv4, new FastPathOptions());
        for (int round = 0; round < 2; round++)
        {
            TunnelEnd end = await TunnelEnd.OpenAsync(a, 1, b.IPv4, new FastPathOptions(), name: "own0");
            if (round == 0)
            {
                // Later rounds count from zero again, which the other end takes for a replay.
                (await a.RunAsync("ping -c2 -i0.1 -W2 100.64.0.2 && ping -c2 -i0.1 -W2 fd01::2")).EnsureSuccess();
            }

            Stopwatch watch = Stopwatch.StartNew();
            end.Dispose();
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
            string left = (await a.RunAsync("ip addr show own0; ip route; ip -6 route")).EnsureSuccess().Output;
            Assert.Contains("192.0.2.7", left, StringComparison.Ordinal);
            Assert.DoesNotContain("100.64.0", left, StringComparison.Ordinal);
            Assert.DoesNotContain("fd01::", left, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task reasons_for_having_no_device_are_told_apart()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost host = lab.AddHost("a", lab.AddSwitch("lan"));
        using TunDevice first = await host.InvokeAsync(() => TunDevice.Open("kith0"));
        Assert.Equal(TunUnavailableReason.NameInUse, await ReasonAsync(host, "kith0"));
        Assert.Equal(TunUnavailableReason.NameInUse, await ReasonAsync(host, "eth0"));
        Assert.Equal(TunUnavailableReason.InvalidName, await ReasonAsync(host, "a/b"));
        Assert.Equal(TunUnavailableReason.InvalidName, await ReasonAsync(host, "sixteen-letters-"));
        Assert.Equal(TunUnavailableReason.InvalidName, await ReasonAsync(host, ""));
        using TunDevice numbered = await host.InvokeAsync(() => TunDevice.Open("kith%d"));
        Assert.Equal("kith1", numbered.Name);
    }

    [Fact]
    public async Task addresses_and_routes_are_added_replaced_and_removed()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost host = lab.AddHost("a", lab.AddSwitch("lan"));
        using TunDevice tun = await host.InvokeAsync(() => TunDevice.Open("kith0", 1400));
        using NetworkInterfaceConfigurator configurator = tun.CreateConfigurator();
        configurator.AddAddress(TunnelEnd.Address("100.70.1.2"), 32);
        configurator.AddAddress(TunnelEnd.Address("100.70.1.2"), 32);
        configurator.AddAddress(TunnelEnd.Address("fd42::7"), 128);
        configurator.AddRoute(TunnelEnd.Address("100.70.0.0"), 20, TunnelEnd.Address("100.70.1.2"));
        configurator.AddRoute(TunnelEnd.Address("100.70.0.0"), 20, TunnelEnd.Address("100.70.1.2"));
        configurator.AddRoute(TunnelEnd.Address("fd42::"), 48, TunnelEnd.Address("fd42::7"));
        string text = (await host.RunAsync("ip addr show kith0; ip route; ip -6 route; ip route get 100.70.9.9; ip route get fd42::9")).EnsureSuccess().Output;
        Assert.Contains("mtu 1400", text, StringComparison.Ordinal);
        Assert.Contains("100.70.9.9 dev kith0 src 100.70.1.2", text, StringComparison.Ordinal);
        Assert.Matches("fd42::9 .*dev kith0 .*src fd42::7", text);
        configurator.RemoveRoute(TunnelEnd.Address("100.70.0.0"), 20);
        configurator.RemoveRoute(TunnelEnd.Address("100.70.0.0"), 20);
        configurator.RemoveRoute(TunnelEnd.Address("fd42::"), 48);
        configurator.RemoveAddress(TunnelEnd.Address("100.70.1.2"), 32);
        configurator.RemoveAddress(TunnelEnd.Address("100.70.1.2"), 32);
        configurator.RemoveAddress(TunnelEnd.Address("fd42::7"), 128);
        string left = (await host.RunAsync("ip addr show kith0; ip route; ip -6 route")).EnsureSuccess().Output;
        Assert.DoesNotContain("100.70", left, StringComparison.Ordinal);
        Assert.DoesNotContain("fd42", left, StringComparison.Ordinal);
        IOException refused = Assert.Throws<IOException>(() => configurator.AddRoute(TunnelEnd.Address("100.70.0.0"), 20, TunnelEnd.Address("100.99.9.9")));
        Assert.Contains("100.70.0.0/20", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task packets_without_a_session_or_for_the_stacks_ports_go_to_the_core()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync();
        pair.B.Ports.Add(6, 5484);
        Assert.False((await pair.HostA.RunAsync("timeout 1 bash -c 'echo > /dev/tcp/100.64.0.2/5484'")).Succeeded);
        Assert.Contains(pair.B.Core.Plaintexts, p => p[0] == 0x45 && p[9] == 6 && p[22] == 5484 >> 8 && p[23] == (5484 & 255));
        pair.A.Link.Current = null;
        Assert.False((await pair.HostA.RunAsync("ping -c2 -i0.1 -W1 100.64.0.2")).Succeeded);
        Assert.InRange(pair.A.Core.TunPackets, 1, 10);
    }

    [Fact]
    public async Task core_can_give_packets_to_the_device()
    {
        await using TunnelPair pair = await TunnelPair.OpenAsync();
        LabProcess listener = pair.HostA.Start("timeout 30 socat -u UDP4-RECV:9000 STDOUT");
        await LabWait.UntilSucceedsAsync(pair.HostA, "ss -lun | grep -q :9000", TimeSpan.FromSeconds(15));
        byte[] packet =
        [
            0x45, 0, 0, 34, 0, 0, 0, 0, 64, 17, 0, 0, 100, 64, 0, 2, 100, 64, 0, 1,
            0x11, 0x11, 9000 >> 8, 9000 & 255, 0, 14, 0, 0, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o', (byte)'\n',
        ];
        int sum = Enumerable.Range(0, 10).Sum(i => (packet[2 * i] << 8) | packet[(2 * i) + 1]);
        sum = ~((sum & 0xFFFF) + (sum >> 16));
        (packet[10], packet[11]) = ((byte)(sum >> 8), (byte)sum);
        Assert.True(pair.A.Path.SendTun(packet));
        await listener.WaitForLineAsync("hello", TimeSpan.FromSeconds(10));
    }

    private static Task<TunUnavailableReason> ReasonAsync(LabHost host, string name) =>
        host.InvokeAsync(() => Assert.Throws<TunUnavailableException>(() => TunDevice.Open(name)).Reason);
}
