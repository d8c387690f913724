using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>Nonsense is met with one clear line on standard error and an exit code of its own. The codes are the documented ones.</summary>
public sealed class NonsenseScenarios
{
    private const int Usage = 2;
    private const int NotRunning = 3;

    [Fact]
    public async Task bad_invites_are_told_apart()
    {
        await using LanTopology lan = LanTopology.Create("a", "b", "c");
        await lan["a"].UpAsync("--name a");
        string good = await lan["a"].InviteAsync();
        string expired = await lan["a"].InviteAsync("--expires 1s");
        string revoked = await lan["a"].InviteAsync();
        (await lan["a"].RunAsync($"revoke {revoked}")).EnsureSuccess();
        char other = good[^10] == 'y' ? 'b' : 'y';
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        KithHost b = lan["b"];
        await RefusedAsync(b, "up --name b --join hello", 10);
        await RefusedAsync(b, $"up --name b --join {good[..^10]}{other}{good[^9..]}", 11);
        await RefusedAsync(b, $"up --name b --join {good[..^7]}", 11);
        await RefusedAsync(b, $"up --name b --join {good.Replace("kith1", "kith2", StringComparison.Ordinal)}", 12);
        await RefusedAsync(b, $"up --name b --join {expired}", 13);
        await RefusedAsync(b, $"up --name b --join {revoked}", 15);
        await RefusedAsync(b, $"up --name a --join {good}", 20);

        // The refusals have not used it up; it still is good for one, and for one only.
        await b.UpAsync($"--name b --join {good}");
        await RefusedAsync(lan["c"], $"up --name c --join {good}", 14);

        // The same from a node that runs already.
        await lan["c"].UpAsync("--name c --network other");
        await RefusedAsync(lan["c"], "join hello", 10);
        await RefusedAsync(lan["c"], $"join {good}", 14);
        await RefusedAsync(lan["c"], $"join {revoked}", 15);
        await RefusedAsync(b, $"join {good}", 17, 14);

        // And with nobody there to ask.
        string lonely = await lan["a"].InviteAsync();
        await lan["a"].StopAsync();
        await b.StopAsync();
        await RefusedAsync(lan["c"], $"join {lonely}", 16, 4);
    }

    [Fact]
    public async Task a_port_or_a_state_directory_in_use_is_named()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        await lan["a"].UpAsync("--name a");
        await RefusedAsync(lan["a"], "up", 32);
        KithHost second = new(host, "/run/second");
        LabResult port = await RefusedAsync(second, "up --tun second0", 30);
        Assert.Contains("5484", port.Error, StringComparison.Ordinal);
        LabResult tun = await RefusedAsync(second, "up --port 6000 --tun eth0", 36);
        Assert.Contains("eth0", tun.Error, StringComparison.Ordinal);

        // With a port and a device of its own the second node is as good as the first.
        await second.UpAsync("--name second --port 6000 --tun second0");
        Assert.Equal(0, await second.StopAsync());
    }

    [Fact]
    public async Task missing_rights_are_explained()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        (await host.RunAsync("mkdir /run/sealed && mount -t tmpfs -o ro tmpfs /run/sealed && mkdir -p -m 777 /run/open && mkdir -m 755 /run/roots")).EnsureSuccess();
        await RefusedAsync(new KithHost(host, "/run/sealed/state"), "up", 31);

        const string Nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/run/open DOTNET_BUNDLE_EXTRACT_BASE_DIR=/run/open ";
        LabResult rights = await host.RunAsync($"{Nobody}{LabHost.KithPath} --state /run/open/state up --tun kith0");
        AssertClear(rights, 35);
        LabResult state = await host.RunAsync($"{Nobody}{LabHost.KithPath} --state /run/roots/state up");
        AssertClear(state, 31);

        await lan["a"].UpAsync("--name a");
        LabResult foreign = await host.RunAsync($"{Nobody}{LabHost.KithPath} --state {lan["a"].State} status");
        AssertClear(foreign, 5);
    }

    [Fact]
    public async Task wrong_names_are_told_apart()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        KithHost a = lan["a"];
        KithHost b = lan["b"];
        await RefusedAsync(a, "ping nobody", 22);
        await RefusedAsync(a, "revoke nobody", 22);
        await RefusedAsync(a, "rename b a", 20);
        await RefusedAsync(a, "rename b -- -x", 21);
        await RefusedAsync(a, "rename b 'two words'", 21);
        await RefusedAsync(a, "role b king", Usage);
        await RefusedAsync(a, "members nowhere", 24);
        await RefusedAsync(a, "leave nowhere", 24);
        await RefusedAsync(a, "create home", 26);
        await RefusedAsync(a, "role a member", 28);
        await RefusedAsync(b, "invite --role admin", 27);
        await RefusedAsync(b, "revoke a", 27);
        await RefusedAsync(b, "rename a z", 27);
        (await a.RunAsync("create club")).EnsureSuccess();
        await RefusedAsync(a, "invite", 25);
        await RefusedAsync(a, "invite home --uses 0", Usage);
        await RefusedAsync(a, "invite home --expires yesterday", Usage);
        await RefusedAsync(a, "frobnicate", Usage);
        await RefusedAsync(a, "up --port 70000", Usage);
    }

    [Fact]
    public async Task every_command_says_when_the_node_is_not_running()
    {
        await using LanTopology lan = LanTopology.Create("a");
        KithHost a = lan["a"];
        Assert.Matches(@"\d+\.\d+", (await a.RunAsync("--version")).EnsureSuccess().Text);
        await a.UpAsync("--name a");
        string invite = await a.InviteAsync();
        string id = (await a.RunAsync("id")).EnsureSuccess().Text;
        Assert.Equal(0, await a.StopAsync());

        string[] commands =
        [
            "down", "status", "status --json", "networks", "create club", "leave home", "invite", $"join {invite}",
            "members", "ping b", "rename a z", "role a admin", "revoke b",
        ];
        foreach (string command in commands)
        {
            await RefusedAsync(a, command, NotRunning);
        }

        // After kill -9 the socket is still there, and nobody behind it.
        await a.UpAsync();
        await a.StopAsync(LabSignal.Kill);
        await RefusedAsync(a, "status", NotRunning);

        // The id needs only the key.
        Assert.Equal(id, (await a.RunAsync("id")).EnsureSuccess().Text);
        await RefusedAsync(new KithHost(a.Host, "/run/never"), "id", 38);
    }

    private static async Task<LabResult> RefusedAsync(KithHost kith, string arguments, params int[] codes)
    {
        LabResult result = await kith.RunAsync(arguments, TimeSpan.FromSeconds(45));
        AssertClear(result, codes);
        return result;
    }

    private static void AssertClear(LabResult result, params int[] codes)
    {
        Assert.True(codes.Contains(result.ExitCode), $"expected exit code {string.Join(" or ", codes)}: {result}");
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // One line for what happened; at most one more for what to do.
        Assert.True(lines.Length is 1 or 2, $"expected one line and at most one of advice: {result}");
        Assert.All(lines, line => Assert.True(line.Length is > 10 and < 300, result.ToString()));
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
