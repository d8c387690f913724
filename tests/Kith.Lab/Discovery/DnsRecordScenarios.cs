using System.Diagnostics;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;
using Kith.Lab.PortMapping;

namespace Kith.Lab.Discovery;

/// <summary>
/// Nothing in common but the DNS, and one mapped port:
/// <code>
///   anna ── router with miniupnpd ──┐
///                                   ├── internet ── dnsmasq
///   bert ── port-restricted router ─┘
/// </code>
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class DnsRecordScenarios
{
    private const string Alone = "--no-lan --no-dht --no-stun --no-cache";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task newcomer_and_member_find_a_mapped_port_by_a_name()
    {
        KithHost.Require();
        await using LabNetwork lab = LabNetwork.Create([.. MappingRouter.Tools, "dnsmasq"]);
        LabSwitch internet = lab.AddSwitch("internet", "5.9.1.0/24", "");
        LabSwitch annas = lab.AddSwitch("annas", "192.168.1.0/24", "");
        LabSwitch berts = lab.AddSwitch("berts", "192.168.1.0/24", "");
        MappingRouter router = new(lab.AddRouter("annas-router", internet, annas), new MappingDaemonOptions());
        LabNat nat = new(lab.AddRouter("berts-router", internet, berts), new NatOptions());
        KithHost anna = new(lab.AddHost("anna", annas));
        KithHost bert = new(lab.AddHost("bert", berts));
        LabHost server = lab.AddHost("server", internet);
        router.LoadRules();
        await router.StartAsync();
        (await bert.Host.RunAsync($"echo nameserver {server.IPv4} > /etc/resolv.conf")).EnsureSuccess();

        // The invite is older than the mapping, so it leads nowhere.
        await anna.UpAsync($"--name anna {Alone} --no-port-mapping");
        string invite = await anna.InviteAsync("--dns nas.example.org");
        await anna.StopAsync();
        await anna.UpAsync("--port-mapping all");
        string[] records = [await RecordAsync(anna, ""), await RecordAsync(anna, $"--invite {invite}")];

        // Too much for the datagrams that this server sends: the second half has to be asked for over TCP.
        Assert.InRange(records.Sum(record => record.Length), 600, 2000);
        LabProcess dns = await ServeAsync(server, [.. records, "edns-packet-max=512"]);
        Stopwatch watch = Stopwatch.StartNew();
        await bert.UpAsync($"--name bert {Alone} --no-port-mapping --join {invite}");
        await Task.WhenAll(bert.UntilOnlineAsync("home", "anna"), anna.UntilOnlineAsync("home", "bert"));
        LabReport.Measured($"newcomer with an invite and a name: direct {watch.Elapsed.TotalSeconds:0.0} s after its start");

        // Another port: whoever knows the old one reaches nobody.
        await Task.WhenAll(bert.StopAsync(), anna.StopAsync(), dns.StopAsync());
        nat.Forget();
        await anna.UpAsync("--port 6000");
        dns = await ServeAsync(server, await RecordAsync(anna, ""));
        watch.Restart();
        await bert.UpAsync();
        await bert.UntilOnlineAsync("home", "anna");
        LabReport.Measured($"only a DNS record and one mapped port: direct {watch.Elapsed.TotalSeconds:0.0} s after the start of the second");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
        Assert.Equal("direct", (await bert.LookAtAsync("home", "anna"))!.Path.Kind);
        Assert.Contains("dns nas.example.org", (await bert.RunAsync("why anna")).EnsureSuccess().Output, StringComparison.Ordinal);
        await Task.WhenAll(bert.StopAsync(), anna.StopAsync(), dns.StopAsync());
    }

    private static async Task<string> RecordAsync(KithHost host, string arguments)
    {
        string record = "";
        await LabWait.UntilAsync($"[{host.Host.Name}] has a mapped port", Limit, async () =>
        {
            LabResult result = (await host.RunAsync($"dns-record nas.example.org {arguments} --json")).EnsureSuccess();
            using JsonDocument document = JsonDocument.Parse(result.Output);
            record = $"txt-record={document.RootElement.GetProperty("name").GetString()},{string.Join(',', document.RootElement.GetProperty("strings").EnumerateArray().Select(text => $"\"{text.GetString()}\""))}";
            return document.RootElement.GetProperty("endpoints").GetArrayLength() > 0 ? null : result.Output;
        });
        return record;
    }

    private static async Task<LabProcess> ServeAsync(LabHost server, params string[] records)
    {
        await server.WriteFileAsync("/run/dns.conf", string.Join('\n', [.. records, ""]));
        LabProcess process = server.Start("dnsmasq --keep-in-foreground --conf-file=/run/dns.conf --no-resolv --no-hosts --user=root --pid-file=/run/dns.pid --log-queries --log-facility=-");
        await process.WaitForLineAsync("started", Limit);
        return process;
    }
}
