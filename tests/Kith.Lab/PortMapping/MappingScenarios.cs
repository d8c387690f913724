using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.PortMapping;

/// <summary>The real program behind a real miniupnpd:  home ── router (random ports, closed firewall) ── internet ── outside</summary>
[Collection(LabSettings.Patient)]
public sealed class MappingScenarios
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The outside device has nothing but the invite: the mapped port is the only way in.
    [Theory]
    [InlineData("pcp", "PCP", false)]
    [InlineData("natpmp", "NAT-PMP", false)]
    [InlineData("upnp", "UPnP", false)]
    [InlineData("upnp", "UPnP", true)]
    [InlineData("all", "PCP", false)]
    public async Task a_mapped_port_lets_the_outside_in_and_goes_with_kith_down(string option, string protocol, bool isVersionOne)
    {
        bool isUpnp = option == "upnp";
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions { HasPcp = !isUpnp, HasUpnp = isUpnp || option == "all", IsVersionOne = isVersionOne });
        await lab.Home.UpAsync($"--name home --port-mapping {option}");
        string external = $"{lab.Router.Host.IPv4}:5484";
        (TimeSpan elapsed, string text) = await lab.UntilMappedAsync("a mapping", text => text.StartsWith(external, StringComparison.Ordinal));
        LabReport.Measured($"{protocol}: mapped {elapsed.TotalMilliseconds:0} ms after kith up: {text}");
        Assert.Contains($"by {protocol}", text, StringComparison.Ordinal);
        Assert.NotEmpty(await lab.Router.MappingsAsync());

        await lab.Outside.UpAsync($"--name outside --join {await lab.Home.InviteAsync()}");
        await lab.Outside.UntilOnlineAsync("home", "home");
        KithMember seen = (await lab.Outside.StatusAsync()).Network("home").Find("home")!;
        Assert.Equal(external, seen.Path.Endpoint);

        (await lab.Home.RunAsync("down")).EnsureSuccess();
        Assert.Empty(await lab.Router.MappingsAsync());
    }

    [Theory]
    [InlineData("pcp")]
    [InlineData("natpmp")]
    [InlineData("upnp")]
    public async Task mappings_come_back_when_the_router_restarts(string option)
    {
        bool isUpnp = option == "upnp";
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions { HasPcp = !isUpnp, HasUpnp = isUpnp });
        await lab.Home.UpAsync($"--name home --port-mapping {option}");
        await lab.UntilMappedAsync("a mapping", text => text.StartsWith("5.9.1.", StringComparison.Ordinal));
        await lab.Outside.UpAsync($"--name outside --join {await lab.Home.InviteAsync()}");
        await lab.Outside.UntilOnlineAsync("home", "home");

        // Both RFCs forgive an epoch that is two seconds off: a router that restarts sooner than that after its last word looks as if it had not.
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        await lab.Router.CrashAsync();
        Assert.Empty(await lab.Router.MappingsAsync());
        await lab.Router.StartAsync();
        TimeSpan elapsed = await LabWait.UntilAsync("the mapping is back", Patience, async () => (await lab.Router.MappingsAsync()).Count > 0 ? null : await lab.DoctorAsync());
        LabReport.Measured($"{option}: mapped again {elapsed.TotalMilliseconds:0} ms after the router's daemon was ready");

        // Only through the mapping does a device come in that knows the old address and was silent meanwhile.
        await lab.Outside.StopAsync(LabSignal.Kill);
        lab.Router.Host.Space.RunOnNetwork("conntrack", "-F");
        await lab.Outside.UpAsync();
        await lab.Outside.UntilOnlineAsync("home", "home");
    }

    // The daemon takes away what is not renewed in time.
    [Theory]
    [InlineData("pcp")]
    [InlineData("natpmp")]
    [InlineData("upnp")]
    public async Task mappings_of_a_short_life_are_renewed(string option)
    {
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions { LifetimeSecondsMin = 5 });
        await lab.Home.UpAsync($"--name home --port-mapping {option} --port-mapping-lifetime 8s");
        await lab.UntilMappedAsync("a mapping", text => text.StartsWith("5.9.1.", StringComparison.Ordinal));
        await Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.StartsWith("5.9.1.10:5484 ", await lab.DoctorAsync(), StringComparison.Ordinal);
        await LabWait.UntilAsync("the router has it", Patience, async () => (await lab.Router.MappingsAsync()).Count > 0 ? null : "it has not");

        // Nobody renews for a node that was killed.
        await lab.Home.StopAsync(LabSignal.Kill);
        TimeSpan elapsed = await LabWait.UntilAsync("the mapping runs out", Patience, async () => (await lab.Router.MappingsAsync()).Count == 0 ? null : "it is there");
        LabReport.Measured($"{option}: asked for 8 s, held for 20 s, run out {elapsed.TotalSeconds:0.0} s after the node was killed");
    }

    [Fact]
    public async Task a_port_that_another_device_has_leads_to_another_port()
    {
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions());
        LabHost neighbour = lab.Lab.AddHost("neighbour", lab.Lan);
        KithHost second = new(neighbour);
        await lab.Home.UpAsync("--name home --port-mapping upnp");
        await lab.UntilMappedAsync("a mapping", text => text.StartsWith("5.9.1.10:5484 ", StringComparison.Ordinal));
        foreach (string option in new[] { "pcp", "natpmp", "upnp" })
        {
            await second.UpAsync($"--name neighbour --port-mapping {option}");
            (_, string text) = await MappingLab.UntilMappedAsync(second, $"a mapping by {option}", text => text.StartsWith("5.9.1.10:", StringComparison.Ordinal));
            Assert.DoesNotContain("5.9.1.10:5484 ", text, StringComparison.Ordinal);
            Assert.Equal(2, (await lab.Router.MappingsAsync()).Count);
            (await second.RunAsync("down")).EnsureSuccess();
            Assert.Single(await lab.Router.MappingsAsync());
        }
    }

    [Fact]
    public async Task a_killed_node_finds_its_mapping_again()
    {
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions());
        await lab.Home.UpAsync("--name home --port-mapping pcp");
        await lab.UntilMappedAsync("a mapping", text => text.StartsWith("5.9.1.10:5484 ", StringComparison.Ordinal));
        await lab.Home.StopAsync(LabSignal.Kill);
        Assert.Single(await lab.Router.MappingsAsync());

        // The way of asking is remembered as well.
        await lab.Home.UpAsync();
        await lab.UntilMappedAsync("the same mapping", text => text.StartsWith("5.9.1.10:5484 ", StringComparison.Ordinal) && text.Contains("by PCP", StringComparison.Ordinal));
        Assert.Single(await lab.Router.MappingsAsync());
        (await lab.Home.RunAsync("down")).EnsureSuccess();
        Assert.Empty(await lab.Router.MappingsAsync());

        await lab.Home.UpAsync("--no-port-mapping");
        Assert.Equal("switched off", await lab.DoctorAsync());
        Assert.Empty(await lab.Router.MappingsAsync());
    }

    // Over IPv6 nothing is translated; the router's firewall lets in what a pinhole names.
    [Theory]
    [InlineData("pcp", "PCP")]
    [InlineData("upnp", "UPnP")]
    public async Task a_pinhole_lets_the_outside_in_over_ipv6(string option, string protocol)
    {
        await using MappingLab lab = await MappingLab.CreateAsync(new MappingDaemonOptions(), ipv6: true);
        string address = $"[{lab.Home.Host.IPv6}]:5484";
        await lab.Home.UpAsync($"--name home --port-mapping {option}");
        (TimeSpan elapsed, string text) = await lab.UntilMappedAsync("a pinhole", text => text.Contains(address, StringComparison.Ordinal));
        LabReport.Measured($"{protocol}: pinhole {elapsed.TotalMilliseconds:0} ms after kith up: {text}");

        // IPv4 is taken away from the outside, so that only the pinhole is left.
        string invite = await lab.Home.InviteAsync();
        (await lab.Outside.Host.RunAsync("ip -4 address flush dev eth0")).EnsureSuccess();
        await lab.Outside.UpAsync($"--name outside --join {invite} --peer {address}");
        await lab.Outside.UntilOnlineAsync("home", "home");
        Assert.Equal(address, (await lab.Outside.StatusAsync()).Network("home").Find("home")!.Path.Endpoint);
        (await lab.Home.RunAsync("down")).EnsureSuccess();
        Assert.Empty(await lab.Router.MappingsAsync());
    }
}
