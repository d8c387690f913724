using System.Text;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;
using Kith.Protocol.Identity;

namespace Kith.Lab.Dht;

/// <summary>
/// Who watches the DHT, and who was a member once:
/// <code>
///   anna-laptop ── router ─┐
///   bert-laptop ── router ─┼── core, where an observer writes everything down ── 24 nodes of libtorrent and bittorrent-dht
///   carl-laptop ── router ─┘
/// </code>
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class ObserverScenarios
{
    private const string Anna = "anna-laptop";
    private const string Bert = "bert-laptop";
    private const string Carl = "carl-laptop";
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task an_observer_links_nothing_and_a_revoked_device_finds_no_one()
    {
        Assert.SkipUnless(LabMachine.FindTool("faketime") is not null, "faketime is not installed; ./test installs it");
        await using NatNetwork network = NatNetwork.Create(ipv6: false, "tcpdump", "base64");
        DhtSwarm swarm = await DhtSwarm.StartAsync(network.Internet);
        foreach (string name in (string[])[Anna, Bert, Carl])
        {
            network.AddHome(name, new NatOptions());
        }

        DhtCapture first = await DhtCapture.StartAsync(network.Internet, swarm, "first");
        await network[Anna].UpAsync($"--name {Anna} {DhtOptions.ToSwarm}");
        await network[Anna].UntilInDhtAsync(8);
        string invite = await network[Anna].InviteAsync("--uses 2");
        await Task.WhenAll(((string[])[Bert, Carl]).Select(async name =>
        {
            network[name].Start($"--name {name} {DhtOptions.ToSwarm} --join {invite}");
            await LabWait.UntilAsync($"{name} has joined", Limit, async () =>
                (await network[name].TryLookAsync())?.Networks.Any(item => item.Name == NatNetwork.Name) == true ? null : network[name].Daemon!.Output);
        }));
        await UntilAllReachAsync(network, Anna, Bert, Carl);
        byte[][] secrets = await SecretsAsync(network, invite);

        // Anna and Bert lose each other, so that whereabouts, words and polls of mailboxes are seen as well.
        await network.StopAsync(Bert);
        await PassAsync(30);
        IReadOnlyList<DhtDatagram> before = await first.StopAsync();
        AssertTellsNothing(before, secrets);

        await RevokedFindsNoOneAsync(network);
        await network.StopAsync(Carl);
        await TomorrowIsUnrelatedAsync(network, swarm, before, secrets);
    }

    // Carl sleeps while he is removed; Anna and Bert hear of it, and Bert moves. What Carl knew of both is taken from him, so he has only the DHT.
    private static async Task RevokedFindsNoOneAsync(NatNetwork network)
    {
        await network.StopAsync(Carl);
        await network[Bert].UpAsync();
        await network[Bert].UntilOnlineAsync(NatNetwork.Name, Anna);
        (await network[Anna].RunAsync($"revoke {Carl}")).EnsureSuccess();
        await LabWait.UntilAsync("bert has heard of it", Limit, async () => await network[Bert].LookAtAsync(NatNetwork.Name, Carl) is { } member ? $"{member}" : null);
        await PassAsync(25);
        network.Home(Carl).Nat!.Forget();
        string state = $"{network[Carl].State}/documents";
        (await network[Carl].Host.RunAsync($"rm {state}/whereabouts")).EnsureSuccess();
        await network[Carl].UpAsync();
        await network[Carl].UntilInDhtAsync(8);
        await PassAsync(40);
        KithStatus carl = await network[Carl].StatusAsync();
        Assert.All(carl.Network(NatNetwork.Name).Members.Where(member => member.Name != Carl), member => Assert.False(member.Online, $"{member}"));
        byte[] known = Convert.FromBase64String((await network[Carl].Host.RunAsync($"cat {state}/whereabouts 2>/dev/null | base64 -w0")).Text);
        foreach (string name in (string[])[Anna, Bert])
        {
            Assert.True(NodeId.TryParse((await network[name].StatusAsync()).Node.Id, out NodeId id));
            Assert.True(known.AsSpan().IndexOf(id.ToArray()) < 0, $"a revoked device has found where {name} is");
        }
    }

    private static async Task TomorrowIsUnrelatedAsync(NatNetwork network, DhtSwarm swarm, IReadOnlyList<DhtDatagram> before, byte[][] secrets)
    {
        await network.StopAsync(Anna, Bert);
        DhtCapture second = await DhtCapture.StartAsync(network.Internet, swarm, "second");
        foreach (string name in (string[])[Anna, Bert])
        {
            network[name].StartWith($"LD_PRELOAD={FakeTime} FAKETIME=+1d FAKETIME_DONT_FAKE_MONOTONIC=1", string.Empty);
        }

        await UntilAllReachAsync(network, Anna, Bert);
        await network.StopAsync(Bert);
        await PassAsync(45);
        IReadOnlyList<DhtDatagram> after = await second.StopAsync();
        AssertTellsNothing(after, secrets);
        string today = (await network[Anna].Host.RunAsync($"env LD_PRELOAD={FakeTime} FAKETIME=+1d date +%s")).Text;
        Assert.NotEqual(DateTimeOffset.UtcNow.Date, DateTimeOffset.FromUnixTimeSeconds(long.Parse(today, System.Globalization.CultureInfo.InvariantCulture)).Date);
        HashSet<string> one = Handles(before);
        HashSet<string> other = Handles(after);
        Assert.True(one.Count >= 8 && other.Count >= 8, $"too little was seen to say anything: {one.Count} and {other.Count}");
        Assert.Empty(one.Intersect(other));
        LabReport.Measured($"dht: an observer saw {before.Count} and {after.Count} datagrams of two days; {one.Count} and {other.Count} keys, targets, values and signatures, none in both");
    }

    // All by which items of Kith could be told to belong together: what its devices ask for and put. Questions of others and answers to them are not Kith's.
    private static HashSet<string> Handles(IReadOnlyList<DhtDatagram> datagrams)
    {
        HashSet<string> handles = [];
        foreach (DhtDatagram datagram in datagrams.Where(IsOfKith))
        {
            string?[] found = datagram.Query switch
            {
                "get" => [datagram.Target],
                "put" => [datagram.Key, datagram.Value, datagram.Signature, datagram.Salt],
                _ => [],
            };
            handles.UnionWith(found.OfType<string>());
        }

        return handles;
    }

    private static bool IsOfKith(DhtDatagram datagram) => datagram.From.ToString().StartsWith("203.0.113.", StringComparison.Ordinal);

    private static void AssertTellsNothing(IReadOnlyList<DhtDatagram> datagrams, byte[][] secrets)
    {
        DhtDatagram[] puts = [.. datagrams.Where(datagram => IsOfKith(datagram) && datagram.Query == "put")];
        Assert.NotEmpty(puts);
        Assert.Contains(datagrams, datagram => IsOfKith(datagram) && datagram.Query == "get");
        foreach (DhtDatagram datagram in datagrams)
        {
            foreach (byte[] secret in secrets)
            {
                Assert.True(datagram.Bytes.AsSpan().IndexOf(secret) < 0, $"{Convert.ToHexStringLower(secret)} is in a datagram from {datagram.From}");
            }
        }

        // Every item is as long as every other, and what lies under one key never lies under another.
        Assert.Single(puts.Select(put => put.Value!.Length).Distinct());
        Assert.All(puts, put => Assert.Null(put.Salt));
        foreach (IGrouping<string?, DhtDatagram> value in puts.GroupBy(put => put.Value))
        {
            Assert.Single(value.Select(put => put.Key).Distinct());
        }
    }

    private static async Task<byte[][]> SecretsAsync(NatNetwork network, string invite)
    {
        List<string> texts = [Anna, Bert, Carl, invite, invite[^20..]];
        List<byte[]> secrets = [];
        foreach (string name in (string[])[Anna, Bert, Carl])
        {
            KithStatus status = await network[name].StatusAsync();
            Assert.True(NodeId.TryParse(status.Node.Id, out NodeId id));
            Assert.True(NetworkId.TryParse(status.Network(NatNetwork.Name).Id, out NetworkId home));
            texts.AddRange([status.Node.Id, status.Network(NatNetwork.Name).Id]);
            secrets.AddRange([id.ToArray(), home.ToArray(), id.ToArray()[..8], home.ToArray()[..8]]);
            Assert.True(id.TryGetTunnelPublicKey(out Protocol.Wire.Bytes32 tunnel));
            secrets.Add(tunnel.ToArray());
        }

        return [.. secrets, .. texts.Select(Encoding.ASCII.GetBytes)];
    }

    private static async Task UntilAllReachAsync(NatNetwork network, params string[] names)
    {
        foreach (string name in names)
        {
            await LabWait.UntilAsync($"{name} reaches all", Limit, async () =>
            {
                KithStatus? status = await network[name].TryLookAsync();
                KithNetwork? home = status?.Networks.FirstOrDefault(item => item.Name == NatNetwork.Name);
                return names.All(other => other == name || home?.Find(other)?.Online == true) ? null : $"{status} {string.Join(' ', home?.Members ?? [])}\n{network[name].Daemon!.Output}";
            });
        }
    }

    private static Task PassAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
}
