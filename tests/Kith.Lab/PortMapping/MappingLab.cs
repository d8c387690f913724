using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.PortMapping;

/// <summary>home ── router with miniupnpd ── internet ── outside</summary>
internal sealed class MappingLab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private MappingLab(LabNetwork lab, LabSwitch lan, MappingRouter router, KithHost home, KithHost outside)
    {
        Lab = lab;
        Lan = lan;
        Router = router;
        Home = home;
        Outside = outside;
    }

    public LabNetwork Lab { get; }

    public LabSwitch Lan { get; }

    public MappingRouter Router { get; }

    public KithHost Home { get; }

    public KithHost Outside { get; }

    /// <summary>Builds it; the daemon runs when this returns, no node does.</summary>
    public static async Task<MappingLab> CreateAsync(MappingDaemonOptions options, bool ipv6 = false)
    {
        KithHost.Require();
        LabNetwork lab = LabNetwork.Create(MappingRouter.Tools);
        LabSwitch internet = lab.AddSwitch("internet", "5.9.1.0/24", ipv6 ? "2a01:4f8:1::/64" : "");
        LabSwitch lan = lab.AddSwitch("home", "192.168.1.0/24", ipv6 ? "2a01:4f8:2::/64" : "");
        LabHost router = lab.AddRouter("router", internet, lan);
        LabHost home = lab.AddHost("home", lan);
        LabHost outside = lab.AddHost("outside", internet);
        if (ipv6)
        {
            outside.Space.Ip($"route add {lan.IPv6Network} via {router.IPv6}");
            UseLinkLocalGateway(router, home);
        }

        MappingRouter mapping = new(router, options);
        mapping.LoadRules();
        await mapping.StartAsync();
        return new MappingLab(lab, lan, mapping, new KithHost(home), new KithHost(outside));
    }

    /// <inheritdoc cref="UntilMappedAsync(KithHost, string, Func{string, bool})"/>
    public Task<(TimeSpan Elapsed, string Text)> UntilMappedAsync(string what, Func<string, bool> isIt) => UntilMappedAsync(Home, what, isIt);

    /// <summary>Waits until `kith doctor` tells of what is looked for; returns how long that took and its words.</summary>
    public static async Task<(TimeSpan Elapsed, string Text)> UntilMappedAsync(KithHost host, string what, Func<string, bool> isIt)
    {
        string text = "";
        TimeSpan elapsed = await LabWait.UntilAsync(what, Patience, async () =>
        {
            text = await DoctorAsync(host);
            return isIt(text) ? null : text;
        });
        return (elapsed, text);
    }

    /// <summary>What `kith doctor` at home says of port mapping.</summary>
    public Task<string> DoctorAsync() => DoctorAsync(Home);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private static async Task<string> DoctorAsync(KithHost host)
    {
        LabResult result = await host.RunAsync("doctor --json");
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(result.Output);
        return document.RootElement.EnumerateArray().First(check => check.GetProperty("name").GetString() == "port mapping").GetProperty("text").GetString()!;
    }

    // A home router announces itself by its link-local address, so that is what a device's default route names.
    private static void UseLinkLocalGateway(LabHost router, LabHost home)
    {
        router.Space.Ip("address add fe80::1/64 dev eth1 nodad");
        home.Space.Ip("address add fe80::2/64 dev eth0 nodad", "route replace ::/0 via fe80::1 dev eth0");
    }
}
