using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Dht;

/// <summary>
/// Two homes that share nothing but other people's DHT: no third member, no LAN, no server, no address that is known beforehand.
/// <code>
///   a ── router ─┐
///                ├── core ── 24 nodes of libtorrent and bittorrent-dht
///   b ── router ─┘            c, later: a newcomer with a plain connection
/// </code>
/// Both routers keep one port for all destinations and let in only whom was sent to at that very address and port.
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class NatPairScenarios
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleSpan = TimeSpan.FromSeconds(200);
    private static readonly TimeSpan CostSpan = TimeSpan.FromMinutes(2);
    private const double CostBound = 3_000_000;
    private static readonly TimeSpan AskBound = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task two_homes_with_nothing_but_the_dht_join_find_and_call_each_other()
    {
        await using NatNetwork network = NatNetwork.Create();
        await DhtSwarm.StartAsync(network.Internet);
        KithHost a = network.AddHome("a", new NatOptions());
        KithHost b = network.AddHome("b", new NatOptions());
        await a.UpAsync($"--name a {DhtOptions.ToSwarm}");
        await a.UntilInDhtAsync(8);

        TimeSpan joined = await JoinAsync(b, "b", await a.InviteAsync());
        LabReport.Measured($"dht: a newcomer behind a translator with nothing but the line of an inviter behind another: joined in {joined.TotalSeconds:0.0} s");
        await network.UntilDirectAsync("a", "b", Limit);

        await FindEachOtherAsync(network, a, b);
        await CallEachOtherAsync(network, a, b);
        await b.StopAsync();

        KithHost c = network.AddPublic("c");
        joined = await JoinAsync(c, "c", await a.InviteAsync());
        LabReport.Measured($"dht: a newcomer with a plain connection and nothing but the line of an inviter behind a translator: joined in {joined.TotalSeconds:0.0} s");
        await MeasureIdleCostAsync(network);
    }

    // b is away: a (behind its translator) and c (which strangers reach, so that it answers their questions) wait for it and do nothing else.
    private static async Task MeasureIdleCostAsync(NatNetwork network)
    {
        // c has just started: the lookups with which a member is sought at first, with waits that double, are no idling.
        await Task.Delay(SettleSpan, TestContext.Current.CancellationToken);
        IReadOnlyList<(long Packets, long Bytes)> counts = await new DhtCost(network.Internet).CountAsync(CostSpan, network.Home("a").Site, network["c"].Host.IPv4);
        foreach ((string who, (long packets, long bytes)) in ((string[])["behind a translator", "at a public address"]).Zip(counts))
        {
            double hours = CostSpan.TotalHours;
            LabReport.Measured(
                $"dht: idle {who}, one member away: {bytes / hours / 1e6:0.00} MB and {packets / hours:0} packets an hour, both ways, from {CostSpan.TotalMinutes:0} minutes");
            Assert.InRange(packets, 10, long.MaxValue);
            Assert.True(bytes / hours <= CostBound, $"{who}: {bytes} bytes in {CostSpan}");
        }
    }

    // The first has been up for a while, the second starts; neither knows an address of the other.
    private static async Task FindEachOtherAsync(NatNetwork network, KithHost a, KithHost b)
    {
        await network.StopAsync("a", "b");
        foreach (string name in (string[])["a", "b"])
        {
            network.Home(name).Nat!.Forget();
            (await network[name].Host.RunAsync($"rm {network[name].State}/documents/whereabouts")).EnsureSuccess();
        }

        await a.UpAsync();
        await a.UntilInDhtAsync(8);
        await Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Stopwatch start = Stopwatch.StartNew();
        await b.UpAsync();
        TimeSpan ready = start.Elapsed;
        await UntilBothSayDirectAsync(network);
        TimeSpan found = start.Elapsed;
        LabReport.Measured($"dht: two homes with nothing in common: direct {found.TotalSeconds:0.0} s after the second one started ({ready.TotalSeconds:0.0} s of it until it was ready)");
        await network.UntilDirectAsync("a", "b", Limit);
        Assert.True(found < StartBound, $"direct only {found} after the start");
    }

    // Both are up, and the ways between their providers are broken for so long that neither expects the other any more. Then one asks.
    private static async Task CallEachOtherAsync(NatNetwork network, KithHost a, KithHost b)
    {
        CoreFilter core = new(network.Internet);
        core.Cut(network.Home("a").Site, network.Home("b").Site);
        foreach ((KithHost one, string other) in new[] { (a, "b"), (b, "a") })
        {
            await LabWait.UntilAsync($"{one.Host.Name} has lost {other}", Limit, async () =>
                await one.LookAtAsync(NatNetwork.Name, other) is { Online: true } member ? $"{member}" : null);
        }

        await Task.Delay(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        network.Home("a").Nat!.Forget();
        network.Home("b").Nat!.Forget();
        core.Mend(network.Home("a").Site, network.Home("b").Site);
        Stopwatch asked = Stopwatch.StartNew();
        await LabWait.UntilAsync("a has an answer of b", Limit, async () =>
        {
            LabResult ping = await a.RunAsync("ping b -c 1");
            return ping.Succeeded ? null : $"{ping}";
        });
        TimeSpan answered = asked.Elapsed;
        LabReport.Measured($"dht: both up, apart until neither expected the other, then one asked: answered after {answered.TotalSeconds:0.0} s");
        await network.UntilDirectAsync("a", "b", Limit);
        Assert.True(answered < AskBound, $"answered only after {answered}");
    }

    private static async Task<TimeSpan> JoinAsync(KithHost host, string name, string invite)
    {
        Stopwatch start = Stopwatch.StartNew();
        LabProcess daemon = host.Start($"--name {name} {DhtOptions.ToSwarm} --join {invite}");
        await LabWait.UntilAsync($"{name} has joined", JoinLimit, async () =>
        {
            KithStatus? status = daemon.IsRunning ? await host.TryLookAsync() : throw new LabException($"{name} ended:\n{daemon.Output}");
            return status?.Networks.Any(item => item.Name == NatNetwork.Name) == true ? null : daemon.Output;
        });
        return start.Elapsed;
    }

    private static Task<TimeSpan> UntilBothSayDirectAsync(NatNetwork network) => LabWait.UntilAsync("both say that they are direct", Limit, async () =>
    {
        KithMember? there = await network["a"].LookAtAsync(NatNetwork.Name, "b");
        KithMember? back = await network["b"].LookAtAsync(NatNetwork.Name, "a");
        return there?.Path is { Kind: "direct", RttMilliseconds: not null } && back?.Path is { Kind: "direct", RttMilliseconds: not null } ? null : $"{there}\n{back}";
    });
}
