using System.Net;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Tcp;

/// <summary>Who is nobody gets nothing at the TCP port: a stranger, and somebody in the middle.</summary>
[Collection(LabSettings.Distant)]
public sealed class TcpStrangerScenarios
{
    [Fact]
    public async Task a_stranger_at_the_tcp_port_finds_an_empty_web_server_and_is_cut_off()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        KithHost a = new(lab.AddOffice("a").Device);
        LabHost mole = lab.Internet.AddPublic("mole");
        await a.UpAsync($"--name a --join {lab.Invite}");
        await TcpTopology.UntilPathAsync(lab.Server, "a", "tcp");
        IPAddress server = lab.Server.Host.IPv4;
        string node = (await lab.Server.StatusAsync()).Node.Id;
        long before = await MemoryAsync(lab.Server);

        await mole.InvokeAsync(() =>
        {
            foreach ((string path, bool upgrade) in new[] { ("/", false), ("/", true), ("/ws", true), (TcpStranger.PathOf(node), false), (TcpStranger.PathOf(node)[..^1], true) })
            {
                using TcpStranger nosy = new(server);
                string answer = nosy.Ask(path, upgrade);
                Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("kith", answer, StringComparison.OrdinalIgnoreCase);
                Assert.True(nosy.IsCutOff());
            }

            // Knowing the node's id is not being a member.
            using TcpStranger silent = new(server);
            Assert.StartsWith("HTTP/1.1 101 ", silent.Ask(TcpStranger.PathOf(node), upgrade: true), StringComparison.Ordinal);
            using TcpStranger loud = new(server);
            Assert.StartsWith("HTTP/1.1 101 ", loud.Ask(TcpStranger.PathOf(node), upgrade: true), StringComparison.Ordinal);
            byte[] nonsense = new byte[148];
            nonsense[0] = 1;
            for (int i = 0; i < 16; i++)
            {
                loud.Say(nonsense);
            }

            using TcpStranger large = new(server);
            Assert.StartsWith("HTTP/1.1 101 ", large.Ask(TcpStranger.PathOf(node), upgrade: true), StringComparison.Ordinal);
            large.Say(nonsense, statedLength: int.MaxValue);
            Assert.True(loud.IsCutOff(), "who sent nonsense");
            Assert.True(large.IsCutOff(), "who announced two gigabytes");
            Assert.True(silent.IsCutOff(), "who said nothing");
        });

        // Many at once, that do not even speak TLS.
        await mole.InvokeAsync(() =>
        {
            List<TcpStranger> crowd = [];
            for (int i = 0; i < 200; i++)
            {
                crowd.Add(new TcpStranger(server));
            }

            Assert.All(crowd, one => Assert.True(one.IsCutOff()));
            crowd.ForEach(one => one.Dispose());
        });
        await TcpTopology.PingAsync(a, "server");
        await TcpTopology.UntilPathAsync(lab.Server, "a", "tcp");
        LabReport.Measured($"the server's memory before and after strangers: {before / 1024} and {await MemoryAsync(lab.Server) / 1024} MiB");
    }

    [Fact]
    public async Task somebody_in_the_middle_with_a_key_of_his_own_is_refused()
    {
        await using TcpTopology lab = await TcpTopology.CreateAsync();
        LabHome office = lab.AddOffice("a");
        KithHost a = new(office.Device);
        KithHost mole = new(lab.Internet.AddPublic("mole"));
        await a.UpAsync($"--name a --join {lab.Invite}");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
        await mole.UpAsync("--name mole --network elsewhere --tcp-port 443");
        await a.StopAsync();

        // The office's router leads whoever calls the server to the mole.
        office.Nat!.Router.Space.Nft(
            $"table ip astray {{\nchain prerouting {{\ntype nat hook prerouting priority -110\nip daddr {lab.Server.Host.IPv4} tcp dport 443 dnat to {mole.Host.IPv4}\n}}\n}}\n");
        await a.UpAsync();
        await LabWait.UntilSucceedsAsync(a.Host, $"{a.Command("doctor")} | grep 'who answered is not that device'", TcpTopology.Limit, TimeSpan.FromSeconds(1));
        Assert.Equal("none", (await a.StatusAsync()).Networks[0].Find("server")!.Path.Kind);

        office.Nat.Router.Space.Nft("delete table ip astray\n");
        await TcpTopology.UntilPathAsync(a, "server", "tcp");
    }

    private static async Task<long> MemoryAsync(KithHost node)
    {
        LabResult result = (await node.Host.RunAsync("awk '/^VmRSS/ { print $2 }' /proc/$(pgrep -n kith)/status")).EnsureSuccess();
        return long.Parse(result.Output, System.Globalization.CultureInfo.InvariantCulture);
    }
}
