using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Node.Storage;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Core.Nuisances;

namespace Kith.Lab.Floods;

/// <summary>Strangers who send as much as they can: those who are there keep talking, those who come are let in, and nothing grows.</summary>
public sealed class FloodScenarios
{
    private const int InitiationsPerSecond = 50_000;
    private const double MebibytesMax = 32;
    private const double ConnectBar = 2;

    // Programs start in their own time where other things run beside.
    private const double CertainConnect = 30;

    [Fact]
    public async Task forged_initiations_take_neither_flows_nor_newcomers_nor_memory()
    {
        await using FloodTopology town = await FloodTopology.CreateAsync("a", "b", "c");
        Assert.Equal(0, await town.Lan["c"].StopAsync());
        Bytes32 key = await FloodTopology.KeyOfAsync(town.B);
        Flood Start() => Flood.Start(town.Attacker, town.B.Host, new ForgedInitiations(key, seed: 1), InitiationsPerSecond);

        // The first flow grows buffers that belong to it.
        await town.FlowAsync(1);
        await using MemoryWatch memory = new(town.B.Daemon!.ProcessId!.Value);
        FlowShare share = await town.CompareAsync(LabSettings.IsLong ? 3 : 2, LabSettings.IsLong ? 10 : 2, () => Task.FromResult(Start()));
        LabReport.Measured($"flood of initiations: an existing flow keeps {share.Median:P0} ({share.Text}) under {share.FloodPerSecond:N0} a second (bar: 80 %)");

        string invite = await town.A.InviteAsync("--uses 100");
        List<TimeSpan> quiet = await ConnectAsync(town.Lan["c"].Host, LabSettings.IsLong ? 10 : 2, i => (town.Lan["c"], ""));
        List<TimeSpan> members;
        List<TimeSpan> newcomers;
        double perSecond;
        await using (Flood flood = Start())
        {
            members = await ConnectAsync(town.Lan["c"].Host, LabSettings.IsLong ? 100 : 4, i => (town.Lan["c"], ""));
            newcomers = await ConnectAsync(
                town.Lan["c"].Host, LabSettings.IsLong ? 50 : 3, i => (new KithHost(town.Lan["c"].Host, $"/run/new{i}"), $"--name n{i} --join {invite}"));
            perSecond = await flood.StopAsync();
        }

        LabReport.Measured($"flood of initiations: a member's program starts and is connected within {Late(members):0.00} s (99th percentile of {members.Count}, median {Median(members):0.00} s, under {perSecond:N0} a second; without flood median {Median(quiet):0.00} s; bar: 2 s)");
        LabReport.Measured($"flood of initiations: a newcomer's program starts, joins by an invite and is connected within {Late(newcomers):0.00} s (99th percentile of {newcomers.Count}, median {Median(newcomers):0.00} s; bar: 2 s)");
        double bar = LabSettings.IsLong ? ConnectBar : CertainConnect;
        Assert.True(Late(members) <= bar && Late(newcomers) <= bar, $"{string.Join(' ', members)}; {string.Join(' ', newcomers)}");

        (double resident, double heap) = memory.Growth;
        LabReport.Measured($"flood of initiations: memory grows by {resident:0.0} MiB, of it {heap:0.0} MiB of heap (bar: 32 MiB)");
        Assert.True(resident <= MebibytesMax && heap <= MebibytesMax, $"{resident} MiB");
        Assert.True(share.Median >= (LabSettings.IsLong ? 0.8 : FloodTopology.CertainShare), share.Text);
    }

    [Fact]
    public async Task forged_packets_on_a_live_session_leave_most_of_it()
    {
        await using FloodTopology town = await FloodTopology.CreateAsync("a", "b");
        await town.FlowAsync(1);
        await using MemoryWatch memory = new(town.B.Daemon!.ProcessId!.Value);
        int[] sizes = LabSettings.IsLong ? [16, 1376] : [16];
        foreach (int bytes in sizes)
        {
            FlowShare share = await town.CompareAsync(LabSettings.IsLong ? 3 : 1, LabSettings.IsLong ? 10 : 2, async () =>
            {
                Task<(uint Receiver, (uint Address, ushort Port)? Source)> found = SessionSniffer.ReadAsync(town.B.Host);
                (await town.A.Host.RunAsync("ping -c 5 -i 0.05 b")).EnsureSuccess();
                return Flood.Start(town.Attacker, town.B.Host, new ForgedTransport((await found).Receiver, bytes, null, seed: 2));
            });
            LabReport.Measured($"flood of forged packets of {32 + bytes - 16} bytes: the session keeps {share.Median:P0} ({share.Text}) under {share.FloodPerSecond:N0} a second (bar: 70 %)");
            Assert.True(share.Median >= (LabSettings.IsLong ? 0.7 : FloodTopology.CertainShare), share.Text);
        }

        (double resident, double heap) = memory.Growth;
        LabReport.Measured($"flood of forged packets: memory grows by {resident:0.0} MiB, of it {heap:0.0} MiB of heap (bar: 32 MiB)");
        Assert.True(resident <= MebibytesMax && heap <= MebibytesMax, $"{resident} MiB");
    }

    [Fact]
    public async Task a_hostile_member_is_bounded_told_of_once_and_takes_nothing_from_the_others()
    {
        await using FloodTopology town = await FloodTopology.CreateAsync("a", "b", "e");
        KithHost e = town.Lan["e"];
        KithStatus status = await e.StatusAsync();
        Assert.True(NetworkId.TryParse(status.Network("home").Id, out NetworkId network));
        Assert.True(NodeId.TryParse(status.Network("home").Find("b")!.Id, out NodeId victim));
        Assert.Equal(0, await e.StopAsync());
        Assert.True(NodeKeyFile.TryLoad($"/proc/{e.Host.Space.ProcessId}/root{e.State}/node.key", out NodeKey? key));
        using NodeKey taken = key;
        await town.FlowAsync(1);
        await using MemoryWatch memory = new(town.B.Daemon!.ProcessId!.Value);
        await using (HostileEnd hostile = await HostileEnd.StartAsync(e.Host, town.B.Host, taken, network, victim))
        {
            int seconds = LabSettings.IsLong ? 10 : 2;
            double before = await town.FlowAsync(seconds);
            List<(string Deed, double Share)> shares = [];
            foreach ((string deed, Func<Action<HostileMember, ClockReading>> make) in HostileDeeds.All)
            {
                List<double> tries = [];
                for (int i = 0; i < (LabSettings.IsLong ? 3 : 1); i++)
                {
                    before = LabSettings.IsLong ? await town.FlowAsync(seconds) : before;
                    hostile.Do(make());
                    tries.Add(await town.FlowAsync(seconds) / before);
                    await UntilToldAsync(town.B, deed);
                    hostile.Do(null);
                }

                tries.Sort();
                shares.Add((deed, tries[tries.Count / 2]));
            }

            string text = string.Join(", ", shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Deed} {share.Share:P0}")));
            LabReport.Measured($"a hostile member: a flow of two others through the one it floods keeps {shares.Min(share => share.Share):P0} ({text}; bar: 95 %)");
            Assert.All(shares, share => Assert.True(share.Share >= (LabSettings.IsLong ? 0.95 : FloodTopology.CertainShare), text));
        }

        // Nobody's log is flooded with words about a flood.
        string[] lines = [.. town.B.Daemon!.Output.Split('\n').Where(line => line.Contains("warn", StringComparison.Ordinal) && line.Contains(" e ", StringComparison.Ordinal))];
        LabReport.Measured($"a hostile member: {lines.Length} lines in the log for {HostileDeeds.All.Count} deeds (bar: one each)");
        Assert.Equal(lines.Select(Deed).Distinct(), lines.Select(Deed));
        Assert.InRange(lines.Length, HostileDeeds.All.Count, HostileDeeds.All.Count + 2);
        (double resident, double heap) = memory.Growth;
        LabReport.Measured($"a hostile member: memory grows by {resident:0.0} MiB, of it {heap:0.0} MiB of heap (bar: 32 MiB)");
        Assert.True(resident <= MebibytesMax && heap <= MebibytesMax, $"{resident} MiB");
        (await town.B.RunAsync("doctor")).EnsureSuccess();
    }

    private static Task<TimeSpan> UntilToldAsync(KithHost node, string deed) => LabWait.UntilAsync($"the node tells of {deed}", TimeSpan.FromSeconds(60), async () =>
    {
        using JsonDocument status = JsonDocument.Parse((await node.RunAsync("status --json")).EnsureSuccess().Output);
        JsonElement nuisances = status.RootElement.GetProperty("nuisances");
        return nuisances.ValueKind == JsonValueKind.Array && nuisances.EnumerateArray().Any(nuisance => nuisance.GetProperty("kind").GetString() == deed) ? null : nuisances.ToString();
    });

    private static string Deed(string line) => line[(line.IndexOf(" e ", StringComparison.Ordinal) + 3)..].Split(':')[0];

    // Each from the start of the program to the answer of the member that is flooded; the least first.
    private static async Task<List<TimeSpan>> ConnectAsync(LabHost host, int tries, Func<int, (KithHost Node, string Arguments)> next)
    {
        List<TimeSpan> times = [];
        for (int i = 0; i < tries; i++)
        {
            (KithHost node, string arguments) = next(i);
            Stopwatch watch = Stopwatch.StartNew();
            node.Start(arguments);
            await LabWait.UntilAsync(
                $"[{host.Name}] is answered by the flooded member", TimeSpan.FromSeconds(60), async () => (await node.LookAtAsync("home", "b"))?.Online == true ? null : "not yet", TimeSpan.FromMilliseconds(10));
            times.Add(watch.Elapsed);
            await node.StopAsync(LabSignal.Kill);
        }

        times.Sort();
        return times;
    }

    private static double Late(List<TimeSpan> sorted) => sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1].TotalSeconds;

    private static double Median(List<TimeSpan> sorted) => sorted[sorted.Count / 2].TotalSeconds;
}
