using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Scenarios;

/// <summary>Nodes of ordinary users, without a TUN device or any right, among others.</summary>
[Collection(LabSettings.Distant)]
public sealed class UserSpaceScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // u (user) ─┐
    // v (user) ─┼── lan
    // t (root) ─┘
    [Fact]
    public async Task user_founds_a_network_and_nodes_of_both_kinds_meet()
    {
        await using LanTopology topology = await CreateAsync();
        KithHost t = topology["t"];
        KithHost u = topology["u"];

        // The mode is chosen by itself, said in one line, and leaves nothing on the machine.
        Assert.Null((await u.StatusAsync()).Node.Tun);
        Assert.Contains("In user space (this user may not make a network device)", (await u.RunAsync("status")).EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.Contains("user-space mode", (await u.RunAsync("doctor")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("kith", (await u.Host.RunAsync("ip link; cat /etc/hosts")).EnsureSuccess().Output, StringComparison.Ordinal);

        // kith ping both ways, and echoes of the ordinary program, which the user-space stack answers.
        foreach ((string from, string to) in new[] { ("t", "u"), ("u", "t"), ("u", "v") })
        {
            (await topology[from].RunAsync($"ping -c 1 {to}")).EnsureSuccess();
        }

        await LanTopology.PingAsync(t, "u.home.kith", "-4");
        await LanTopology.PingAsync(t, "u.home.kith", "-6");

        // A port that nobody owns is refused at once, in both directions.
        Assert.Equal(7, (await t.Host.RunAsync("curl -sS -m 20 http://u.home.kith:81/")).ExitCode);
        Assert.Equal(41, (await u.RunAsync("connect t 81")).ExitCode);

        // A service of the system, reached from user space.
        WebServer of = await WebServer.StartAsync(t.Host, 300_000);
        string hash = (await u.Host.RunAsync($"{u.Command("curl -sS -m 20 http://t.home.kith:8080/")} | sha256sum")).EnsureSuccess().Text;
        Assert.Equal(of.Hash, hash);

        // A service of the user's node, reached by every program of a node with a TUN device.
        WebServer mine = await WebServer.StartAsync(u.Host, 300_000);
        (await u.RunAsync("expose 8080")).EnsureSuccess();
        await mine.FetchAsync(t.Host, "u.home.kith", "-4");
        await mine.FetchAsync(t.Host, "u.home.kith", "-6");
    }

    [Fact]
    public async Task user_relays_for_two_others()
    {
        await using LanTopology topology = await CreateAsync();
        (KithHost t, KithHost v) = (topology["t"], topology["v"]);
        await CutAsync(t.Host, v.Host);
        await CutAsync(v.Host, t.Host);
        await LabWait.UntilAsync("t reaches v through u", Limit, async () =>
            await t.LookAtAsync("home", "v") is { Path: { Kind: "relay", Via: "u", RttMilliseconds: not null } } ? null : $"{await t.LookAtAsync("home", "v")}");
        (await t.RunAsync("ping -c 1 v")).EnsureSuccess();
        WebServer server = await WebServer.StartAsync(t.Host, 300_000);
        string hash = (await v.Host.RunAsync($"{v.Command("curl -sS -m 30 http://t.home.kith:8080/")} | sha256sum")).EnsureSuccess().Text;
        Assert.Equal(server.Hash, hash);
    }

    // a (user) ── router ── core ── router ── b (user),  and r (root), one more member, at the core
    [Fact]
    public Task users_behind_port_restricted_translators_talk_directly() => TalkAsync(NatKind.PortRestricted, NatKind.PortRestricted);

    [Fact]
    public Task users_behind_a_full_cone_and_a_symmetric_translator_talk_directly() => TalkAsync(NatKind.FullCone, NatKind.Symmetric);

    private static async Task TalkAsync(NatKind kindOfA, NatKind kindOfB)
    {
        await using NatNetwork network = NatNetwork.Create(tools: ["curl", "socat", "setpriv"]);
        network.AddPublic("r");
        KithHost a = network.AddHome("a", new NatOptions(kindOfA), asUser: true);
        KithHost b = network.AddHome("b", new NatOptions(kindOfB), asUser: true);
        await network.JoinAllAsync("r", "a", "b");
        TimeSpan direct = await network.UntilPathAsync("a", "b", Limit, "direct");
        LabReport.Measured($"two users behind {kindOfA} and {kindOfB}: direct after {direct.TotalSeconds:0.0} s");
        (await a.RunAsync("ping -c 1 b")).EnsureSuccess();
        WebServer server = await WebServer.StartAsync(b.Host, 1_000_000);
        (await b.RunAsync("expose 8080")).EnsureSuccess();
        string hash = (await a.Host.RunAsync($"{a.Command("curl -sS -m 30 http://b.home.kith:8080/")} | sha256sum")).EnsureSuccess().Text;
        Assert.Equal(server.Hash, hash);
    }

    private static async Task<LanTopology> CreateAsync()
    {
        LanTopology topology = LanTopology.Create();
        try
        {
            KithHost u = topology.Add("u", asUser: true);
            await u.UpAsync("--name u");
            string invite = await u.InviteAsync("--uses 2");
            await topology.Add("v", asUser: true).UpAsync($"--name v --join {invite}");
            await topology.Add("t").UpAsync($"--name t --join {invite}");
            foreach (string name in new[] { "u", "v", "t" })
            {
                await topology[name].UntilOnlineAsync("home", "u", "v", "t");
            }

            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    private static async Task CutAsync(LabHost host, LabHost other) =>
        (await host.RunAsync($"nft add table inet cut; nft add chain inet cut in '{{ type filter hook input priority 0; }}'; nft add rule inet cut in ip saddr {other.IPv4} drop; nft add rule inet cut in ip6 saddr {other.IPv6} drop; nft add rule inet cut in ip6 saddr fe80::/10 udp dport 5484 drop")).EnsureSuccess();
}
