using System.Globalization;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>Nodes that are killed at any moment.</summary>
[Collection(LabSettings.Patient)]
public sealed class KillScenarios
{
    private static readonly TimeSpan PatienceForCommands = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A loop of commands runs against each of two nodes all the time and notes in /run/acknowledged what the node said yes to. Each is killed at
    /// random moments, also while it starts. Whatever was acknowledged must be there each time it is up again, and every file be as it was written.
    /// </summary>
    [Fact]
    public async Task nothing_acknowledged_is_lost_by_kill_9()
    {
        int kills = LabSettings.IsLong ? 500 : LabSettings.Repetitions(120, 20);
        int seed = Environment.TickCount;
        await using LanTopology lan = LanTopology.Create("a", "b");
        (int Looked, int Statements)[] ends = await Task.WhenAll(KillAsync(lan["a"], kills / 2, seed), KillAsync(lan["b"], kills - (kills / 2), seed + 1));
        LabReport.Measured(
            $"kill -9: {kills} of a node under load (bar: 500 in the long form), looked {ends.Sum(static end => end.Looked)} times, {ends.Sum(static end => end.Statements)} acknowledged commands, 0 lost (bar: 0), 0 files damaged (bar: 0)");
    }

    private static async Task<(int Looked, int Statements)> KillAsync(KithHost a, int kills, int seed)
    {
        Random random = new(seed);
        KithStatus first = await a.UpAsync("--name a");
        await a.Host.WriteFileAsync("/run/commands", CommandLoop(a));
        LabProcess commands = a.Host.Start("bash /run/commands");

        int verified = 0;
        long statements = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            // Mostly soon, so that starting is hit as well; now and then late, so that commands get through.
            int milliseconds = random.Next(4) > 0 ? random.Next(0, 500) : random.Next(500, 1800);
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            int code = await a.StopAsync(LabSignal.Kill);
            Assert.True(code == 137, $"seed {seed}, before kill {kill} the node ended by itself with {code}:\n{a.Daemon!.Output}");
            Assert.False(a.Daemon!.Output.Contains("damaged", StringComparison.Ordinal), $"seed {seed}, before kill {kill}:\n{a.Daemon.Output}");

            // Every eighth time it is left alone until it is up, and asked; the other times it may be hit while it starts.
            if (kill % 8 == 0 || kill == kills)
            {
                Acknowledged said = await AcknowledgedAsync(a);
                KithStatus status = await a.UpAsync();
                string where = $"seed {seed}, after kill {kill}: {said}, found {status}";
                Assert.True(status.Node.Id == first.Node.Id, where);
                KithNetwork home = status.Network("home");
                Assert.True(home.Id == first.Network("home").Id, where);
                Assert.False(home.Repairing, where);
                Assert.True(RenameNumber(home.Find(status.Node.Name)?.Name ?? home.Members[0].Name) >= said.Renames, where);
                Assert.True(home.Statements >= Math.Max(statements, first.Network("home").Statements + said.Statements), where);
                statements = home.Statements;
                verified++;

                // On a busy machine a node may be killed each time before it has served anybody.
                await LabWait.UntilAsync("a command got through", PatienceForCommands, async () => (await AcknowledgedAsync(a)).Statements > said.Statements ? null : $"{said}");
            }
            else
            {
                a.Start();
            }
        }

        // The last invites that were acknowledged are known: only a known invite can be taken back.
        await commands.StopAsync(LabSignal.Kill);
        string[] invites = (await a.Host.RunAsync("tail -n 5 /run/invites")).EnsureSuccess().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(invites);
        foreach (string line in invites)
        {
            string invite = JsonDocument.Parse(line).RootElement.GetProperty("invite").GetString()!;
            (await a.RunAsync($"revoke {invite}")).EnsureSuccess();
        }

        Assert.Equal("", (await a.Host.RunAsync($"ls {a.State}/damaged 2>/dev/null; true")).EnsureSuccess().Text);
        Acknowledged all = await AcknowledgedAsync(a);
        Assert.True(all.Statements >= verified, $"too few commands got through to mean anything: {all}");
        return (verified, all.Statements);
    }

    private static string CommandLoop(KithHost kith) =>
        $$"""
        touch /run/acknowledged /run/invites
        number=0
        while true; do
            number=$((number + 1))
            device=$({{kith.Command("status --json")}} 2>/dev/null | sed -E 's/.*"node":\{"id":"([a-z0-9]+)".*/\1/')
            [ -n "$device" ] && {{kith.Command("rename $device r$number")}} >/dev/null 2>&1 && echo "rename $number" >> /run/acknowledged
            {{kith.Command("invite --json")}} > /run/invite 2>/dev/null && cat /run/invite >> /run/invites && echo "invite $number" >> /run/acknowledged
            sleep 0.05
        done
        """;

    private static async Task<Acknowledged> AcknowledgedAsync(KithHost kith)
    {
        string[] lines = (await kith.Host.RunAsync("cat /run/acknowledged")).EnsureSuccess().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string last = lines.LastOrDefault(line => line.StartsWith("rename", StringComparison.Ordinal)) ?? "rename 0";
        return new Acknowledged(int.Parse(last[7..], CultureInfo.InvariantCulture), lines.Length);
    }

    private static int RenameNumber(string name) =>
        name.Length > 1 && name[0] == 'r' && int.TryParse(name.AsSpan(1), CultureInfo.InvariantCulture, out int number) ? number : 0;

    private sealed record Acknowledged(int Renames, int Statements);
}
