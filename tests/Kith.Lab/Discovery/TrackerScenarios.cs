using System.Diagnostics;
using System.Text.RegularExpressions;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Nat;

namespace Kith.Lab.Discovery;

/// <summary>
/// Two members that have nothing in common but a tracker that others wrote:
/// <code>
///   anna ── port-restricted router ──┐
///                                    ├── core ── opentracker
///   bert ── port-restricted router ──┘      └── founder, gone before it counts
/// </code>
/// </summary>
[Collection(LabSettings.Distant)]
public sealed class TrackerScenarios
{
    private const string Alone = "--no-lan --no-dht --no-stun --no-port-mapping --no-cache";
    private static readonly string[] Tools = ["nft", "conntrack", "opentracker"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task members_behind_two_routers_meet_at_a_tracker()
    {
        KithHost.Require();
        await using LabNetwork lab = LabNetwork.Create(Tools);
        LabInternet internet = new(lab);
        KithHost founder = new(internet.AddPublic("founder"));
        LabHost tracker = internet.AddPublic("tracker");
        LabHome annas = internet.AddHome("anna", new NatOptions());
        LabHome berts = internet.AddHome("bert", new NatOptions());
        KithHost anna = new(annas.Device);
        KithHost bert = new(berts.Device);
        await founder.UpAsync($"--name founder {Alone}");
        await anna.UpAsync($"--name anna {Alone} --join {await founder.InviteAsync()}");
        await bert.UpAsync($"--name bert {Alone} --join {await founder.InviteAsync()}");
        await anna.UntilOnlineAsync("home", "founder", "bert");
        await Task.WhenAll(anna.StopAsync(), bert.StopAsync(), founder.StopAsync());

        // The distribution's build serves listed hashes only; doctor tells which they are.
        LabProcess opentracker = await ServeAsync(tracker, "");
        await anna.UpAsync($"--tracker http://{tracker.IPv4}:6969/announce");
        string hash = "";
        await LabWait.UntilAsync("anna is refused", Limit, async () => (hash = Regex.Match(await DoctorAsync(anna), "[0-9a-f]{40}").Value).Length > 0 ? null : await DoctorAsync(anna) + opentracker.Output);
        await Task.WhenAll(anna.StopAsync(), opentracker.StopAsync());
        opentracker = await ServeAsync(tracker, hash);
        foreach (string url in new[] { $"udp://{tracker.IPv4}:6969", $"http://{tracker.IPv4}:6969/announce" })
        {
            // What the routers remember of an earlier meeting would let this one through.
            annas.Nat!.Forget();
            berts.Nat!.Forget();
            await anna.UpAsync($"--tracker {url}");
            await LabWait.UntilAsync("anna is announced", Limit, async () => await DoctorAsync(anna) is var text && text.Contains("answered", StringComparison.Ordinal) ? null : text + opentracker.Output);
            Stopwatch watch = Stopwatch.StartNew();
            await bert.UpAsync($"--tracker {url}");
            await Task.WhenAll(bert.UntilOnlineAsync("home", "anna"), anna.UntilOnlineAsync("home", "bert"));
            LabReport.Measured($"two port-restricted routers and a tracker, {url.Split(':')[0]}: direct {watch.Elapsed.TotalSeconds:0.0} s after the start of the second");
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
            Assert.Equal("direct", (await bert.LookAtAsync("home", "anna"))!.Path.Kind);
            Assert.Contains("tracker", (await bert.RunAsync("why anna")).EnsureSuccess().Output, StringComparison.Ordinal);
            await Task.WhenAll(anna.StopAsync(), bert.StopAsync());
        }
    }

    private static async Task<LabProcess> ServeAsync(LabHost tracker, string hash)
    {
        (await tracker.RunAsync($"mkdir -p /run/tracker; echo {hash} > /run/tracker/list")).EnsureSuccess();
        LabProcess process = tracker.Start($"opentracker -i {tracker.IPv4} -p 6969 -P 6969 -d /run/tracker -w /list");
        await LabWait.UntilSucceedsAsync(tracker, "ss -lun | grep -q :6969 && ss -ltn | grep -q :6969", Limit);
        return process;
    }

    private static async Task<string> DoctorAsync(KithHost host) =>
        string.Join('\n', (await host.RunAsync("doctor")).Output.Split('\n').Where(line => line.Contains("tracker", StringComparison.Ordinal) || line.Contains("hashes", StringComparison.Ordinal)));
}
