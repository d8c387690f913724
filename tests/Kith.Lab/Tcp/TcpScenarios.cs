using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Tcp;

/// <summary>Networks that let no UDP pass.</summary>
[Collection(LabSettings.Patient)]
public sealed class TcpScenarios
{
    [Fact]
    public async Task a_device_whose_network_blocks_udp_joins_and_is_reached_over_tcp()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        KithHost a = new(lab.AddOffice("a").Device);
        a.Start($"--name a --join {lab.Invite}");
        TimeSpan there = await TcpTopology.PingAsync(a, "server");
        await TcpTopology.PingAsync(lab.Server, "a");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
        await TcpTopology.UntilPathAsync(lab.Server, "a", "tcp");
        await LabWait.UntilSucceedsAsync(a.Host, $"{a.Command("doctor")} | grep 'connected over TCP with server'", TcpTopology.Limit, TimeSpan.FromSeconds(1));

        await Iperf.ServeAsync(lab.Server.Host);
        double up = await Iperf.StreamAsync(a.Host, "server", 3);
        double down = await Iperf.StreamAsync(a.Host, "server", 3, "-R");
        Assert.True(up > 0 && down > 0, $"{up} and {down} bit/s");
        LabReport.Measured($"over TCP: first ping {there.TotalSeconds:0.0} s after kith up --join, {up / 1e6:0} Mbit/s up, {down / 1e6:0} Mbit/s down");
    }

    [Fact]
    public async Task two_devices_whose_networks_block_udp_meet_through_a_third()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        KithHost a = new(lab.AddOffice("a").Device);
        KithHost b = new(lab.AddOffice("b").Device);
        await a.UpAsync($"--name a --join {lab.Invite}");
        await b.UpAsync($"--name b --join {lab.Invite}");
        await TcpTopology.PingAsync(a, "b");
        await TcpTopology.PingAsync(b, "a");
        await TcpTopology.UntilPathAsync(a, "b", "relay");
        await Iperf.ServeAsync(b.Host);
        double rate = await Iperf.StreamAsync(a.Host, "b", 3);
        Assert.True(rate > 0, $"{rate} bit/s");
        LabReport.Measured($"both over TCP, through a third member: {rate / 1e6:0} Mbit/s");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task behind_an_http_proxy_a_device_joins_and_is_reached(bool withPassword)
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync("tinyproxy");
        LabHome office = lab.AddOffice("a");
        LabHost proxy = lab.Internet.AddPublic("proxy");
        await HttpProxy.StartAsync(proxy, withPassword ? "anna" : null, withPassword ? "s3cret" : null);

        // Nothing leaves the office but to the proxy.
        office.Nat!.Router.Space.Nft(
            $"table inet office {{\nchain forward {{\ntype filter hook forward priority -5\niifname != \"eth0\" ip daddr != {proxy.IPv4} drop\n}}\n}}\n");
        KithHost a = new(office.Device);
        Assert.False((await a.Host.RunAsync($"ping -c1 -W1 {lab.Server.Host.IPv4}")).Succeeded);
        string login = withPassword ? "anna:s3cret@" : string.Empty;
        a.StartWith($"HTTPS_PROXY=http://{login}{proxy.IPv4}:{HttpProxy.Port}", $"--name a --join {lab.Invite}");
        await TcpTopology.PingAsync(a, "server");
        await TcpTopology.UntilPathAsync(lab.Server, "a", "tcp");
        await Iperf.ServeAsync(lab.Server.Host);
        double rate = await Iperf.StreamAsync(a.Host, "server", 3);
        Assert.True(rate > 0, $"{rate} bit/s");
        LabReport.Measured($"through an HTTP proxy: {rate / 1e6:0} Mbit/s");
    }

    [Fact]
    public async Task a_running_stream_moves_when_udp_passes_and_back_when_it_does_not()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        LabHome office = lab.AddOffice("a");
        KithHost a = new(office.Device);
        await a.UpAsync($"--name a --join {lab.Invite}");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
        await Iperf.ServeAsync(lab.Server.Host);
        LabProcess stream = a.Host.Start("iperf3 -c server -t 900 -b 2M -i 1 --forceflush");
        await UntilDataFlowsAsync(stream);

        office.Nat!.Options = new NatOptions();
        TimeSpan toUdp = await TcpTopology.UntilPathAsync(a, "server", "direct");
        await TcpTopology.UntilPathAsync(lab.Server, "a", "direct");
        await UntilDataFlowsAsync(stream);

        office.Nat.Options = new NatOptions { UdpBlocked = true };
        TimeSpan toTcp = await TcpTopology.UntilPathAsync(a, "server", "tcp");
        await UntilDataFlowsAsync(stream);
        await stream.StopAsync(LabSignal.Kill);
        LabReport.Measured($"a running stream: UDP let through, data moved there after {toUdp.TotalSeconds:0.0} s; UDP blocked, back on TCP after {toTcp.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task a_server_that_was_killed_is_connected_to_again()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        KithHost a = new(lab.AddOffice("a").Device);
        await a.UpAsync($"--name a --join {lab.Invite}");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
        await lab.Server.StopAsync(LabSignal.Kill);
        await TcpTopology.UntilPathAsync(a, "server", "none");

        // The port is remembered.
        await lab.Server.UpAsync();
        await TcpTopology.PingAsync(a, "server");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
    }

    // Three more seconds in which something passed.
    private static Task<TimeSpan> UntilDataFlowsAsync(LabProcess stream)
    {
        int before = Seconds(stream);
        return LabWait.UntilAsync("data flows", TcpTopology.Limit, () =>
        {
            Assert.True(stream.IsRunning, $"the stream broke:\n{stream.Output}");
            return Task.FromResult(Seconds(stream) >= before + 3 ? null : stream.Output);
        });
    }

    private static int Seconds(LabProcess stream) =>
        stream.Output.Split('\n').Count(line => line.Contains("bits/sec", StringComparison.Ordinal) && !line.Contains(" 0.00 bits/sec", StringComparison.Ordinal));
}
