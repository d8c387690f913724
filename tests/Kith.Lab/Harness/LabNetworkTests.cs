namespace Kith.Lab.Harness;

/// <summary>The lab tried on itself.</summary>
public sealed class LabNetworkTests
{
    [Fact]
    public async Task hosts_on_one_switch_ping_each_other_over_both_families()
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        (await a.RunAsync($"ping -c1 -W2 {b.IPv4}")).EnsureSuccess();
        (await b.RunAsync($"ping -c1 -W2 {a.IPv6}")).EnsureSuccess();
    }

    // a ── inner ── router ── outer ── b
    [Fact]
    public async Task a_router_forwards_between_two_switches()
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        LabSwitch outer = lab.AddSwitch("outer");
        LabSwitch inner = lab.AddSwitch("inner");
        LabHost a = lab.AddHost("a", inner);
        LabHost b = lab.AddHost("b", outer);
        LabHost router = lab.AddRouter("router", outer, inner);
        outer.UseGateway(router.Interfaces[0]);
        (await a.RunAsync($"ping -c1 -W2 {b.IPv4}")).EnsureSuccess();
        (await a.RunAsync($"ping -c1 -W2 {b.IPv6}")).EnsureSuccess();
    }

    [Fact]
    public async Task each_host_has_names_and_state_of_its_own()
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        string machine = await File.ReadAllTextAsync("/etc/hosts", TestContext.Current.CancellationToken);
        (await a.RunAsync($"echo '{b.IPv4} printer' >> /etc/hosts; mkdir /var/lib/kith; touch /run/mark")).EnsureSuccess();
        (await a.RunAsync("ping -c1 -W2 printer && getent hosts printer")).EnsureSuccess();
        Assert.False((await b.RunAsync("getent hosts printer")).Succeeded);
        Assert.False((await b.RunAsync("ls /var/lib/kith")).Succeeded);
        Assert.Equal("b", (await b.RunAsync("hostname")).Text);
        Assert.Equal(machine, await File.ReadAllTextAsync("/etc/hosts", TestContext.Current.CancellationToken));
        Assert.False(File.Exists("/run/mark"));
    }

    [Fact]
    public async Task a_command_over_its_limit_is_killed()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost a = lab.AddHost("a");
        LabResult result = await a.RunAsync("echo begun; sleep 60", TimeSpan.FromSeconds(1));
        Assert.Equal(137, result.ExitCode);
        Assert.Equal("begun", result.Text);
        Assert.True(result.Elapsed < TimeSpan.FromSeconds(10), result.ToString());
    }

    [Fact]
    public async Task background_processes_are_heard_signalled_and_ended()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost a = lab.AddHost("a");
        LabProcess polite = a.Start("bash -c 'trap \"echo bye; exit 7\" TERM; echo up; while true; do sleep 0.05; done'");
        await polite.WaitForLineAsync("^up$", TimeSpan.FromSeconds(5));
        Assert.Equal(7, await polite.StopAsync());
        Assert.Contains("bye", polite.Output, StringComparison.Ordinal);

        LabProcess stubborn = a.Start("sleep 60");
        Assert.Equal(137, await stubborn.StopAsync(LabSignal.Kill));
    }

    [Fact]
    public async Task nothing_is_left_when_a_lab_is_taken_down()
    {
        LabNetwork lab = LabNetwork.Create();
        LabHost a = lab.AddHost("a", lab.AddSwitch("lan"));
        LabProcess sleeper = a.Start("sleep 600");
        int sleeperId = sleeper.ProcessId ?? throw new LabException("not started");
        Assert.True((await a.RunAsync("setsid sleep 601 >/dev/null 2>&1 & echo")).Succeeded);
        int first = a.Space.ProcessId;
        await lab.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{sleeperId}"));
        Assert.False(Directory.Exists($"/proc/{first}"));
    }

    [Fact]
    public async Task a_cable_can_be_pulled_and_an_address_changed()
    {
        await using LabNetwork lab = LabNetwork.Create("ping");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        b.Interfaces[0].Disconnect();
        Assert.False((await a.RunAsync($"ping -c1 -W1 {b.IPv4}")).Succeeded);
        b.Interfaces[0].Connect();
        (await a.RunAsync($"ping -c1 -W2 {b.IPv4} && ping -c1 -W2 {b.IPv6}")).EnsureSuccess();
        string old = b.IPv4.ToString();
        b.Interfaces[0].ChangeAddresses(lan.IPv4At(99), lan.IPv6At(99));
        (await a.RunAsync($"ping -c1 -W2 {lan.IPv4At(99)} && ping -c1 -W2 {lan.IPv6At(99)}")).EnsureSuccess();
        Assert.False((await a.RunAsync($"ping -c1 -W1 {old}")).Succeeded);
    }

    [Fact]
    public async Task multicast_dns_can_be_blocked_inside_the_switch()
    {
        await using LabNetwork lab = LabNetwork.Create("nft", "socat");
        LabSwitch lan = lab.AddSwitch("lan");
        LabHost a = lab.AddHost("a", lan);
        LabHost b = lab.AddHost("b", lan);
        LabProcess listener = b.Start("socat -u UDP4-RECV:5353,ip-add-membership=224.0.0.251:eth0 STDOUT");
        async Task SendAsync(string text) =>
            (await a.RunAsync($"echo {text} | socat -u STDIN UDP4-DATAGRAM:224.0.0.251:5353,ip-multicast-if={a.IPv4}")).EnsureSuccess();
        await LabWait.UntilAsync("multicast passes", TimeSpan.FromSeconds(5), async () =>
        {
            await SendAsync("open");
            return listener.Output.Contains("open", StringComparison.Ordinal) ? null : "nothing";
        });
        lan.BlockMulticast(true);
        await SendAsync("blocked");
        lan.BlockMulticast(false);
        await SendAsync("again");
        await listener.WaitForLineAsync("again", TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("blocked", listener.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_tests_own_code_can_run_inside_a_host()
    {
        await using LabNetwork lab = LabNetwork.Create();
        LabHost a = lab.AddHost("a", lab.AddSwitch("lan"));
        string[] names = await a.InvokeAsync(() =>
            System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().Select(port => port.Name).Order().ToArray());
        Assert.Equal(["eth0", "lo"], names);
    }
}
