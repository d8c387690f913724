using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>State on a full disk and damage.</summary>
public sealed class StateScenarios
{
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

    /// <summary>
    /// One bit in the middle of every file of a member's state, one after another. Without the key it does not start and changes nothing; everything else it names in
    /// its log, in `kith status` and `kith doctor`, keeps as it was under damaged/, and has again from the other member.
    /// </summary>
    [Fact]
    public async Task a_damaged_file_is_named_set_aside_and_what_it_held_fetched_from_a_member()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        KithHost a = lan["a"];
        await a.InviteAsync();
        KithStatus before = await a.StatusAsync();
        await lan["b"].UntilStatementsAsync("home", before.Network("home").Statements);
        Assert.Equal(0, await a.StopAsync());
        string[] files = (await a.Host.RunAsync($"find {a.State} -type f -size +0 ! -name kith.log | sort")).EnsureSuccess().Text.Split('\n');
        int repaired = 0;
        foreach (string file in files)
        {
            (await a.Host.RunAsync(
                $"size=$(stat -c %s {file}); at=$((size / 3)); byte=$(od -An -tu1 -j $at -N 1 {file}); printf \"\\\\$(printf %03o $((byte ^ 64)))\" | dd of={file} bs=1 seek=$at conv=notrunc status=none"))
                .EnsureSuccess();
            string damaged = (await a.Host.RunAsync($"sha256sum < {file}")).EnsureSuccess().Text;
            if (file.EndsWith("/node.key", StringComparison.Ordinal))
            {
                LabResult refused = await a.RunAsync("up");
                Assert.True(refused.ExitCode == 33 && refused.Error.Contains(file, StringComparison.Ordinal), refused.ToString());
                Assert.Equal(damaged, (await a.Host.RunAsync($"sha256sum < {file}")).EnsureSuccess().Text);
                (await a.Host.RunAsync($"size=$(stat -c %s {file}); at=$((size / 3)); byte=$(od -An -tu1 -j $at -N 1 {file}); printf \"\\\\$(printf %03o $((byte ^ 64)))\" | dd of={file} bs=1 seek=$at conv=notrunc status=none")).EnsureSuccess();
                continue;
            }

            KithStatus now = await a.UpAsync();
            Assert.Equal(before.Node.Id, now.Node.Id);
            Assert.Contains(file, a.Daemon!.Output, StringComparison.Ordinal);
            Assert.Contains(file, (await a.RunAsync("status")).EnsureSuccess().Output, StringComparison.Ordinal);
            Assert.Contains(Path.GetFileName(file), (await a.RunAsync("doctor")).Output, StringComparison.Ordinal);
            Assert.Equal(damaged, (await a.Host.RunAsync($"sha256sum < {a.State}/damaged/{Path.GetFileName(file)}.1")).EnsureSuccess().Text);
            await a.UntilStatementsAsync("home", before.Network("home").Statements);
            await a.UntilOnlineAsync("home", "b");
            (await a.RunAsync("invite")).EnsureSuccess();
            before = await a.StatusAsync();
            await lan["b"].UntilStatementsAsync("home", before.Network("home").Statements);
            Assert.Equal(0, await a.StopAsync());
            (await a.Host.RunAsync($"rm -r {a.State}/damaged")).EnsureSuccess();
            repaired++;
        }

        LabReport.Measured($"damaged files: {files.Length} state files one after another, all found and named, {repaired} repaired from a member, the node's key refused and left as it was");
        Assert.True(repaired >= 5 && repaired == files.Length - 1, $"{repaired} of {files.Length}");
    }

    private static async Task FillAsync(LabHost host) =>
        await host.RunAsync("dd if=/dev/zero of=/run/small/ballast bs=4k 2>/dev/null; dd if=/dev/zero of=/run/small/ballast2 bs=1 2>/dev/null; df /run/small");
}
