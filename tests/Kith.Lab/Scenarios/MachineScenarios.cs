using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>What a node does to the machine it runs on, and that it undoes it.</summary>
public sealed class MachineScenarios
{
    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("SIGINT")]
    [InlineData("kith down")]
    public async Task the_machine_is_left_as_it_was_found(string way)
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        string before = await MachineTraces.TakeAsync(host);
        KithStatus status = await lan["a"].UpAsync("--name a");
        string during = await MachineTraces.TakeAsync(host);
        Assert.NotEqual(before, during);
        Assert.Contains(status.Network("home").Ipv6, during, StringComparison.Ordinal);
        Assert.Contains(status.Node.Tun!, during, StringComparison.Ordinal);

        if (way == "kith down")
        {
            (await lan["a"].RunAsync("down")).EnsureSuccess();
            Assert.Equal(0, await lan["a"].Daemon!.WaitForExitAsync(TimeSpan.FromSeconds(10)));
        }
        else
        {
            Assert.Equal(0, await lan["a"].StopAsync(way == "SIGTERM" ? LabSignal.Terminate : LabSignal.Interrupt));
        }

        Assert.Equal(before, await MachineTraces.TakeAsync(host));
    }

    [Fact]
    public async Task what_a_killed_node_left_is_put_right_by_the_next()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        await host.WriteFileAsync("/etc/hosts", "127.0.0.1 localhost\n192.0.2.7 printer # ours\n");
        string before = await MachineTraces.TakeAsync(host);
        await lan["a"].UpAsync("--name a");
        await lan["a"].StopAsync(LabSignal.Kill);
        await lan["a"].UpAsync();
        await LanTopology.PingAsync(lan["a"], "a.home.kith", "-6");
        Assert.Equal(0, await lan["a"].StopAsync());
        Assert.Equal(before, await MachineTraces.TakeAsync(host));
    }

    [Fact]
    public async Task names_resolve_forward_and_back_until_the_node_is_down()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        LabHost host = lan["a"].Host;
        KithMember b = (await lan["a"].StatusAsync()).Network("home").Find("b")!;
        foreach (string name in new[] { "b", "b.home.kith" })
        {
            Assert.Contains(b.Ipv6, (await host.RunAsync($"getent ahostsv6 {name}")).EnsureSuccess().Output, StringComparison.Ordinal);
            Assert.Contains(b.Ipv4!, (await host.RunAsync($"getent ahostsv4 {name}")).EnsureSuccess().Output, StringComparison.Ordinal);
        }

        Assert.Contains("b.home.kith", (await host.RunAsync($"getent hosts {b.Ipv6}")).EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.Contains("b.home.kith", (await host.RunAsync($"getent hosts {b.Ipv4}")).EnsureSuccess().Output, StringComparison.Ordinal);

        (await lan["b"].RunAsync("rename b kitchen")).EnsureSuccess();
        await LabWait.UntilSucceedsAsync(host, "getent hosts kitchen.home.kith", TimeSpan.FromSeconds(10));
        Assert.False((await host.RunAsync("getent hosts b.home.kith")).Succeeded);

        Assert.Equal(0, await lan["a"].StopAsync());
        Assert.False((await host.RunAsync("getent hosts kitchen.home.kith")).Succeeded);
        Assert.False((await host.RunAsync("getent hosts kitchen")).Succeeded);
    }

    [Fact]
    public async Task a_detached_node_is_ready_when_the_command_returns()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabResult up = (await lan["a"].RunAsync("up --name a --detach")).EnsureSuccess();
        LabReport.Measured($"kith up --detach: {up.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal("a", (await lan["a"].StatusAsync()).Node.Name);
        (await lan["a"].RunAsync("down")).EnsureSuccess();
        Assert.Equal(3, (await lan["a"].RunAsync("status")).ExitCode);
        Assert.False((await lan["a"].Host.RunAsync("pgrep -x kith")).Succeeded);
    }

    [Fact]
    public async Task the_key_is_private_and_the_node_id_stays()
    {
        await using LanTopology lan = LanTopology.Create("a");
        string id = (await lan["a"].UpAsync("--name a")).Node.Id;
        Assert.Equal(id, (await lan["a"].RunAsync("id")).EnsureSuccess().Text);
        Assert.Equal(52, id.Length);
        LabResult open = await lan["a"].Host.RunAsync($"find {lan["a"].State} ! -type d -perm /077; find {lan["a"].State} -type s ! -perm 600");
        Assert.Equal(string.Empty, open.EnsureSuccess().Text);
        await lan["a"].StopAsync();
        Assert.Equal(id, (await lan["a"].UpAsync()).Node.Id);
    }
}
