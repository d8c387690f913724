using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.PortMapping;

/// <summary>The real program behind a real miniupnpd:  home ── router (random ports, closed firewall) ── internet ── outside</summary>
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
}
