using System.Net;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>The real program asks somebody else's STUN server where it is seen:  device ── router ── core ── coturn with two addresses</summary>
[Collection(LabSettings.Distant)]
public sealed class StunScenarios
{
    private static readonly string[] Tools = ["nft", "conntrack", "turnserver"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(nameof(NatKind.None), "no address translation")]
    [InlineData(nameof(NatKind.FullCone), "keeps one port for all")]
    [InlineData(nameof(NatKind.AddressRestricted), "keeps one port for all")]
    [InlineData(nameof(NatKind.PortRestricted), "keeps one port for all")]
    [InlineData(nameof(NatKind.Symmetric), "another random port for each destination")]
    [InlineData(nameof(NatKind.Stepping), "go up in steps of 1")]
    public async Task each_kind_of_translator_is_told_by_a_server_with_two_addresses(string name, string mapping)
    {
        KithHost.Require();
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions(Enum.Parse<NatKind>(name)));
        LabHost server = internet.AddPublic("server");
        IPAddress other = StartServer(server);
        KithHost kith = new(home.Device);
        await kith.UpAsync($"--stun {server.IPv4}:3478 --stun {other}:3478 --no-port-mapping");
        (TimeSpan elapsed, string text) = await UntilToldAsync(kith, mapping);
        LabReport.Measured($"class of a {name} translator told after {elapsed.TotalSeconds:0.0} s: {text}");
        await kith.StopAsync();
    }

    [Fact]
    public async Task a_server_is_asked_over_ipv6_too()
    {
        KithHost.Require();
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab, ipv6: true);
        LabHome home = internet.AddHome("home", new NatOptions { IPv6 = true, IPv4 = false });
        LabHost server = internet.AddPublic("server");
        StartServer(server);
        KithHost kith = new(home.Device);
        await kith.UpAsync($"--stun [{server.IPv6}]:3478 --no-port-mapping");
        (_, string text) = await UntilToldAsync(kith, "no address translation", $"[{home.Device.IPv6}]:5484");
        LabReport.Measured($"over IPv6: {text}");
        await kith.StopAsync();
    }

    [Fact]
    public async Task why_and_doctor_tell_of_a_direct_way_out_of_a_home()
    {
        KithHost.Require();
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        LabHome home = internet.AddHome("home", new NatOptions());
        KithHost outside = new(internet.AddPublic("outside"));
        KithHost inside = new(home.Device);
        await outside.UpAsync("--name outside --no-stun --no-port-mapping");
        await inside.UpAsync($"--name inside --no-stun --no-port-mapping --join {await outside.InviteAsync()}");
        await inside.UntilOnlineAsync("home", "outside");

        // A kept port seen by the one member there is tells an easy translator, without any server.
        await UntilToldAsync(inside, "keeps one port for all", $"{home.Nat!.Outside}:5484");
        LabResult text = (await inside.RunAsync("why outside")).EnsureSuccess();
        Assert.Contains("Packets go straight from device to device.", text.Output, StringComparison.Ordinal);
        using JsonDocument why = JsonDocument.Parse((await inside.RunAsync("why outside --json")).EnsureSuccess().Output);
        Assert.Equal("direct", why.RootElement.GetProperty("path").GetProperty("kind").GetString());
        Assert.Equal("easy", why.RootElement.GetProperty("own").GetProperty("class").GetString());
        JsonElement used = why.RootElement.GetProperty("candidates")[0];
        Assert.Equal("used", used.GetProperty("state").GetString());
        Assert.InRange(used.GetProperty("answered").GetInt64(), 1, long.MaxValue);
        await outside.StopAsync();
        await inside.StopAsync();
    }

    private static IPAddress StartServer(LabHost server)
    {
        byte[] second = server.IPv4.GetAddressBytes();
        second[3] = (byte)((second[3] & 0xF0) | 14);
        IPAddress other = new(second);
        server.Space.Ip($"address add {other}/28 dev eth0");
        string ipv6 = server.Interfaces[0].IPv6 is { } address ? $"-L {address} " : string.Empty;
        server.Start($"turnserver --stun-only --no-cli --no-tls --no-dtls --log-file stdout --pidfile /run/turn.pid -L {server.IPv4} -L {other} {ipv6}--listening-port 3478");
        return other;
    }

    private static async Task<(TimeSpan Elapsed, string Text)> UntilToldAsync(KithHost kith, params string[] words)
    {
        string text = "";
        TimeSpan elapsed = await LabWait.UntilAsync($"[{kith.Host.Name}] doctor tells: {string.Join(", ", words)}", Patience, async () =>
        {
            LabResult result = await kith.RunAsync("doctor --json");
            using JsonDocument document = JsonDocument.Parse(result.Output);
            text = document.RootElement.EnumerateArray().First(check => check.GetProperty("name").GetString() == "nat").GetProperty("text").GetString()!;
            return words.All(word => text.Contains(word, StringComparison.Ordinal)) ? null : text;
        });
        return (elapsed, text);
    }
}
