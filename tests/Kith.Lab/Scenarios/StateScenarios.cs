using System.Globalization;
using System.Text.Json;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>State on disk under `kill -9`, a full disk and damage. One host, no peers.</summary>
public sealed class StateScenarios
{
    /// <summary>
    /// A loop of commands runs against the node all the time and notes in /run/acknowledged what the node said yes to. The node is killed at
    /// random moments, also while it starts. Whatever was acknowledged must be there each time it is up again.
    /// </summary>
    [Fact]
    public async Task nothing_acknowledged_is_lost_by_kill_9()
    {
        int kills = LabSettings.Repetitions(200, 20);
        int seed = Environment.TickCount;
        Random random = new(seed);
        await using LanTopology lan = LanTopology.Create("a");
        KithHost a = lan["a"];
        KithStatus first = await a.UpAsync("--name a");
        await a.Host.WriteFileAsync("/run/commands", CommandLoop(a));
        LabProcess commands = a.Host.Start("bash /run/commands");

        int verified = 0;
        long statements = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            // Mostly soon, so that starting is hit as well; now and then late, so that commands get through.
            int milliseconds = random.Next(4) > 0 ? random.Next(0, 600) : random.Next(600, 2200);
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            int code = await a.StopAsync(LabSignal.Kill);
            Assert.True(code == 137, $"seed {seed}, before kill {kill} the node ended by itself with {code}:\n{a.Daemon!.Output}");

            // Every eighth time it is left alone until it is up, and asked; the other times it may be hit while it starts.
            if (kill % 8 == 0 || kill == kills)
            {
                Acknowledged said = await AcknowledgedAsync(a);
                KithStatus status = await a.UpAsync();
                string where = $"seed {seed}, after kill {kill}: {said}, found {status}";
                Assert.True(status.Node.Id == first.Node.Id, where);
                KithNetwork home = status.Network("home");
                Assert.True(home.Id == first.Network("home").Id, where);
                Assert.True(RenameNumber(home.Find(status.Node.Name)?.Name ?? home.Members[0].Name) >= said.Renames, where);
                Assert.True(home.Statements >= Math.Max(statements, first.Network("home").Statements + said.Statements), where);
                statements = home.Statements;
                verified++;
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

        Acknowledged all = await AcknowledgedAsync(a);
        LabReport.Measured($"{kills} kills, looked {verified} times, {all.Statements} acknowledged commands, none lost");
        Assert.True(all.Statements >= kills / 10, $"too few commands got through to mean anything: {all}");
    }

    [Fact]
    public async Task a_full_disk_gives_a_clear_error_and_damages_nothing()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        (await host.RunAsync("mkdir /run/small && mount -t tmpfs -o size=2m,mode=700 tmpfs /run/small")).EnsureSuccess();
        KithHost a = new(host, "/run/small/state");
        KithStatus before = await a.UpAsync("--name a");
        string kept = await a.InviteAsync();
        await FillAsync(host);

        // Small appends may still fit into the last page: go on until the disk really is full.
        LabResult refused = await a.RunAsync("invite");
        for (int attempt = 0; refused.Succeeded && attempt < 200; attempt++)
        {
            refused = await a.RunAsync("invite");
        }

        Assert.True(refused.ExitCode == 34, refused.ToString());
        Assert.InRange(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
        Assert.True(a.Daemon!.IsRunning, $"the node gave up:\n{a.Daemon.Output}");
        long statements = (await a.StatusAsync()).Network("home").Statements;

        // Killed in this state and started again on the full disk, and once more with room.
        await a.StopAsync(LabSignal.Kill);
        a.Start();
        await Task.WhenAny(a.Daemon.Exited, Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken));
        if (a.Daemon.IsRunning)
        {
            await a.StopAsync(LabSignal.Kill);
        }
        else
        {
            Assert.Equal(34, await a.Daemon.Exited);
        }

        (await host.RunAsync("rm /run/small/ballast*")).EnsureSuccess();
        KithStatus after = await a.UpAsync();
        Assert.Equal(before.Node.Id, after.Node.Id);
        Assert.Equal(statements, after.Network("home").Statements);
        (await a.RunAsync($"revoke {kept}")).EnsureSuccess();
        await a.InviteAsync();
    }

    [Fact]
    public async Task a_first_start_on_a_full_disk_says_so()
    {
        await using LanTopology lan = LanTopology.Create("a");
        LabHost host = lan["a"].Host;
        (await host.RunAsync("mkdir /run/small && mount -t tmpfs -o size=64k,mode=700 tmpfs /run/small")).EnsureSuccess();
        await FillAsync(host);
        KithHost a = new(host, "/run/small/state");
        LabResult refused = await a.RunAsync("up --name a");
        Assert.True(refused.ExitCode == 34, refused.ToString());
        (await host.RunAsync("rm /run/small/ballast*")).EnsureSuccess();
        await a.UpAsync("--name a");
    }

    [Fact]
    public async Task a_damaged_file_is_named_and_left_as_it_is()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        KithHost a = lan["a"];
        await a.InviteAsync();
        KithStatus before = await a.StatusAsync();
        Assert.Equal(0, await a.StopAsync());
        string[] files = (await a.Host.RunAsync($"find {a.State} -type f -size +0 | sort")).EnsureSuccess().Text.Split('\n');
        Assert.NotEmpty(files);
        (await a.Host.RunAsync($"cp -a {a.State} /run/good")).EnsureSuccess();
        int reported = 0;
        foreach (string file in files)
        {
            // One bit in the middle.
            (await a.Host.RunAsync(
                $"size=$(stat -c %s {file}); at=$((size / 3)); byte=$(od -An -tu1 -j $at -N 1 {file}); printf \"\\\\$(printf %03o $((byte ^ 64)))\" | dd of={file} bs=1 seek=$at conv=notrunc status=none"))
                .EnsureSuccess();
            string damaged = (await a.Host.RunAsync($"sha256sum {file}")).EnsureSuccess().Text;
            LabProcess daemon = a.Start();
            await Task.WhenAny(daemon.Exited, UntilRunningAsync(a));
            if (!daemon.IsRunning)
            {
                Assert.True(await daemon.Exited == 33, $"{file}: {await daemon.Exited}\n{daemon.Output}");
                Assert.Contains(Path.GetFileName(file), daemon.Output, StringComparison.Ordinal);
                Assert.Equal(damaged, (await a.Host.RunAsync($"sha256sum {file}")).EnsureSuccess().Text);
                reported++;
            }
            else
            {
                // Only what can be learned again may be damaged without harm: caches.
                KithStatus now = await a.StatusAsync();
                Assert.Contains("cache", file + daemon.Output, StringComparison.OrdinalIgnoreCase);
                Assert.Equal(before.Node.Id, now.Node.Id);
                Assert.True(now.Network("home").Statements >= before.Network("home").Statements, file);
                await a.StopAsync();
            }

            (await a.Host.RunAsync($"rm -rf {a.State} && cp -a /run/good {a.State}")).EnsureSuccess();
        }

        LabReport.Measured($"{files.Length} state files damaged one after another, {reported} reported by name, the others caches");
        Assert.True(reported >= 2, "neither the key nor the log was missed");
        await a.UpAsync();
    }

    private static async Task UntilRunningAsync(KithHost kith)
    {
        while (!(await kith.RunAsync("status --json")).Succeeded && kith.Daemon!.IsRunning)
        {
            await Task.Delay(50);
        }
    }

    private static async Task FillAsync(LabHost host) =>
        await host.RunAsync("dd if=/dev/zero of=/run/small/ballast bs=4k 2>/dev/null; dd if=/dev/zero of=/run/small/ballast2 bs=1 2>/dev/null; df /run/small");

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
