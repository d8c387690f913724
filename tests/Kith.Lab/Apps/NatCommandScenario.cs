using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Apps;

/// <summary>
/// Each everyday command across translators, by ordinary users and between them and a node with a TUN device:
/// <code>a, b behind port-restricted routers (direct); c, d behind symmetric ones (relayed); r, root with a TUN device, at the core</code>
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class NatCommandScenario
{
    private const string Ssh = "ssh -F /dev/null -i /run/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

    private static readonly (string From, string To)[] s_pairs = [("a", "b"), ("c", "d"), ("r", "a"), ("b", "r")];

    [Fact]
    public async Task every_command_works_across_translators_and_with_nodes_of_both_kinds()
    {
        await using NatNetwork network = NatNetwork.Create(tools: ["curl", "socat", "setpriv", "ssh", "sshd", "ssh-keygen"]);
        network.AddPublic("r");
        foreach ((string name, NatKind kind) in new[] { ("a", NatKind.PortRestricted), ("b", NatKind.PortRestricted), ("c", NatKind.Symmetric), ("d", NatKind.Symmetric) })
        {
            network.AddHome(name, new NatOptions(kind), asUser: true);
        }

        await network.JoinAllAsync("r", "a", "b", "c", "d");
        LabHost first = network["r"].Host;
        (await first.RunAsync("ssh-keygen -q -t ed25519 -N '' -f /run/key")).EnsureSuccess();
        string secret = (await first.RunAsync("cat /run/key")).EnsureSuccess().Output;
        string known = (await first.RunAsync("cat /run/key.pub")).EnsureSuccess().Output;
        await Task.WhenAll(new[] { "r", "a", "b", "c", "d" }.Select(name => ServeAsync(network[name], secret, known)));
        await network.UntilPathAsync("a", "b", AppLab.Limit, "direct");
        await network.UntilPathAsync("c", "d", AppLab.Limit, "relay");
        await Task.WhenAll(s_pairs.Select(pair => EveryCommandAsync(network[pair.From], network[pair.To])));

        // Every program of a node with a TUN device reaches what a user exposes, by name.
        Assert.Equal("hello-a", (await first.RunAsync("curl -sS -m 60 http://a.home.kith:8080/")).EnsureSuccess().Text);
        Assert.Equal("direct", (await network["a"].LookAtAsync(NatNetwork.Name, "b"))?.Path.Kind);
        Assert.Equal("relay", (await network["c"].LookAtAsync(NatNetwork.Name, "d"))?.Path.Kind);
        LabReport.Measured($"every command between {s_pairs.Length} pairs across translators: all done");
    }

    // Its servers listen on 127.0.0.1 alone; the node exposes them.
    private static async Task ServeAsync(KithHost at, string secret, string known)
    {
        LabHost host = at.Host;
        await host.WriteFileAsync("/run/key", secret);
        await host.WriteFileAsync("/run/authorized", known);
        await host.WriteFileAsync("/run/sshd.conf", "ListenAddress 127.0.0.1\nHostKey /run/hostkey\nAuthorizedKeysFile /run/authorized\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nUseDNS no\n");
        await host.WriteFileAsync("/run/response", $"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello-{host.Name}");
        (await host.RunAsync("chown 65534 /run/key && chmod 600 /run/key /run/authorized && mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f /run/hostkey && head -c 300000 /dev/urandom > /run/file", AppLab.Limit)).EnsureSuccess();
        host.Start("/usr/sbin/sshd -D -e -f /run/sshd.conf");
        host.Start("socat -t 60 TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork SYSTEM:'sed /^.$/q > /dev/null; cat /run/response'");
        await LabWait.UntilSucceedsAsync(host, "for port in 22 8080; do ss -ltn | grep -q \":$port \" || exit 1; done", AppLab.Limit);
        (await at.RunAsync("expose 22 --as ssh", AppLab.Limit)).EnsureSuccess();
        (await at.RunAsync("expose 8080 --as web", AppLab.Limit)).EnsureSuccess();
    }

    private static async Task EveryCommandAsync(KithHost from, KithHost to)
    {
        string name = to.Host.Name;
        string hello = $"hello-{name}";
        Assert.Contains($"\"{name}.home\"", (await RunAsync(from, "services --json")).Output, StringComparison.Ordinal);
        Assert.EndsWith(hello, (await RunAsync(from, $"connect {name} web", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' |")).Text, StringComparison.Ordinal);
        Assert.Equal(hello, (await RunAsync(from, $"run -- curl -sS -m 60 http://{name}:8080/")).Text);
        Assert.Equal(hello, (await RunAsync(from, $"curl -sS -m 60 http://{name}.home.kith:8080/")).Text);
        Assert.Equal(name, (await RunAsync(from, $"{Ssh} root@{name} hostname")).Text);

        LabProcess forward = AppLab.Start(from, $"forward 9000 {name}:web 9001 {name}:8080");
        await forward.WaitForLineAsync($"-> {name}:8080", AppLab.Limit);
        LabProcess proxy = AppLab.Start(from, "proxy --socks 9002 --http 9003");
        await proxy.WaitForLineAsync("HTTP ", AppLab.Limit);
        foreach (string way in new[] { "http://127.0.0.1:9000/", "http://127.0.0.1:9001/", $"--socks5-hostname 127.0.0.1:9002 http://{name}:8080/", $"-x http://127.0.0.1:9003 http://{name}:8080/" })
        {
            Assert.Equal(hello, (await from.Host.RunAsync($"curl -sS -m 60 {way}", AppLab.Limit)).EnsureSuccess().Text);
        }

        Assert.Equal(0, await forward.StopAsync(LabSignal.Interrupt));
        Assert.Equal(0, await proxy.StopAsync(LabSignal.Interrupt));

        string pipe = $"between-{from.Host.Name}-{name}";
        LabProcess other = to.Host.Start($"sh -c 'echo there | {to.Command($"pipe {pipe}")} > /run/{pipe}'");
        Assert.Equal("there", (await RunAsync(from, $"pipe {pipe}", "echo here |")).Text);
        Assert.Equal(0, await other.WaitForExitAsync(AppLab.Limit));
        Assert.Equal("here", (await to.Host.RunAsync($"cat /run/{pipe}")).Text);

        LabProcess receiver = to.Host.Start(to.Command($"receive --to {LabHost.UserHome}/in --from {from.Host.Name} --once"));
        await receiver.WaitForLineAsync("Receiving into", AppLab.Limit);
        await RunAsync(from, $"send /run/file {name}");
        Assert.Equal(0, await receiver.WaitForExitAsync(AppLab.Limit));
        Assert.Equal(
            (await from.Host.RunAsync("sha256sum < /run/file")).EnsureSuccess().Text,
            (await to.Host.RunAsync($"sha256sum < {LabHost.UserHome}/in/file")).EnsureSuccess().Text);
    }

    private static async Task<LabResult> RunAsync(KithHost at, string arguments, string before = "")
    {
        string input = before.Length > 0 ? string.Empty : " < /dev/null";
        return (await at.Host.RunAsync($"{before} {at.Command(arguments)}{input}", AppLab.Limit)).EnsureSuccess();
    }
}
