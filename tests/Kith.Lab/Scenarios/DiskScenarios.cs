using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Scenarios;

/// <summary>Disks that fill up page by page, and disks that become read-only, under the real program. Each disk is a small tmpfs of its own.</summary>
[Collection(LabSettings.Distant)]
public sealed class DiskScenarios
{
    private const int PageBytes = 4096;
    private const int PagesMax = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A first start, and a join, on a disk with room for no page, one page, two, until it succeeds. Each that does not ends with the code for a full disk and one clear line, and
    /// succeeds on the same state once there is room.
    /// </summary>
    [Fact]
    public async Task a_start_and_a_join_on_a_disk_that_is_full_at_any_page()
    {
        await using LanTopology lan = LanTopology.Create("a", "b");
        KithHost a = lan["a"];
        await a.UpAsync("--name a");
        int starts = await FillStepByStepAsync(lan["b"].Host, () => Task.FromResult("up --json --no-tun --name b"));
        int newcomers = 0;
        int joins = await FillStepByStepAsync(lan["b"].Host, async () => $"up --json --no-tun --name b{++newcomers} --join {await a.InviteAsync()}");
        LabReport.Measured($"full disk, real: full after each of {starts} pages of a first start and {joins} of a join: clear error, and started once there was room (bar: all)");
    }

    [Fact]
    public async Task what_is_received_on_a_disk_that_is_full_at_any_page()
    {
        await using LanTopology lan = await LanTopology.CreateJoinedAsync("a", "b");
        LabHost host = lan["b"].Host;
        (await host.RunAsync("mkdir -p /run/small")).EnsureSuccess();
        (await lan["a"].Host.RunAsync("mkdir -p /run/tree/in && for i in 1 2 3; do head -c 9000 /dev/urandom > /run/tree/f$i; head -c 3000 /dev/urandom > /run/tree/in/g$i; done")).EnsureSuccess();
        string sums = (await lan["a"].Host.RunAsync("cd /run/tree && find . -type f | sort | xargs sha256sum")).EnsureSuccess().Text;
        int full = 0;
        for (int pages = 0; ; pages += 2)
        {
            Assert.True(pages <= PagesMax, "it never fits");
            (await host.RunAsync($"mount -t tmpfs -o size={Math.Max(1, pages) * PageBytes},mode=755 tmpfs /run/small")).EnsureSuccess();
            LabResult first = await SendAsync(lan);
            (await host.RunAsync($"cd /run/small && find . -type f ! -name '.kith-*' | sort | xargs -r sha256sum > /run/got")).EnsureSuccess();
            string[] got = (await host.RunAsync("cat /run/got")).EnsureSuccess().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(got, line => Assert.Contains(line.Replace("./tree/", "./", StringComparison.Ordinal), sums, StringComparison.Ordinal));
            if (!first.Succeeded)
            {
                full++;
                (await host.RunAsync("mount -o remount,size=1m /run/small")).EnsureSuccess();
                (await SendAsync(lan)).EnsureSuccess();
            }

            string all = (await host.RunAsync("cd /run/small/tree && find . -type f | sort | xargs sha256sum")).EnsureSuccess().Text;
            Assert.Equal(sums, all);
            (await host.RunAsync("umount /run/small")).EnsureSuccess();
            if (first.Succeeded)
            {
                break;
            }
        }

        LabReport.Measured($"full disk, real: receiving six files with room for {full} numbers of pages: no half file had its name, all arrived once there was room (bar: all)");
        Assert.True(full >= 2, $"only {full} were full");
    }

    [Fact]
    public async Task a_disk_that_becomes_read_only_stops_changes_and_nothing_else()
    {
        await using LanTopology lan = LanTopology.Create("a", "b");
        LabHost host = lan["a"].Host;
        (await host.RunAsync("mkdir /run/disk && mount -t tmpfs -o size=4m,mode=700 tmpfs /run/disk")).EnsureSuccess();
        KithHost a = new(host, "/run/disk/state");
        KithHost b = lan["b"];
        await a.UpAsync("--name a");
        await b.UpAsync($"--name b --join {await a.InviteAsync("--role admin")}");
        await a.UntilOnlineAsync("home", "b");
        await a.UntilStatementsAsync("home", (await b.StatusAsync()).Network("home").Statements);

        await LabWait.UntilSucceedsAsync(host, "mount -o remount,ro /run/disk", Limit);
        LabResult refused = await a.RunAsync("invite");
        Assert.True(refused.ExitCode == 31, refused.ToString());
        Assert.InRange(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
        Assert.True(a.Daemon!.IsRunning, $"the node gave up:\n{a.Daemon.Output}");
        (await a.RunAsync("status")).EnsureSuccess();
        await LanTopology.PingAsync(a, "b", "-6");
        (await b.RunAsync("rename b bravo")).EnsureSuccess();
        await a.UntilOnlineAsync("home", "bravo");

        (await host.RunAsync("mount -o remount,rw /run/disk")).EnsureSuccess();
        await LabWait.UntilSucceedsAsync(host, a.Command("invite"), Limit);
        long statements = (await a.StatusAsync()).Network("home").Statements;
        await a.StopAsync(LabSignal.Kill);

        (await host.RunAsync("mount -o remount,ro /run/disk")).EnsureSuccess();
        LabResult start = await a.RunAsync("up");
        Assert.True(start.ExitCode == 31 && start.Error.Contains("/run/disk/state", StringComparison.Ordinal), start.ToString());
        (await host.RunAsync("mount -o remount,rw /run/disk")).EnsureSuccess();
        KithStatus after = await a.UpAsync();
        Assert.True(after.Network("home").Statements >= statements && after.Network("home").Find("bravo") is not null, $"{statements}, then {after}");
        LabReport.Measured($"read-only disk: under a running node and before a start: clear error, names and pings go on, {statements} statements kept, works again when writable (bar: all)");
    }

    private static async Task<LabResult> SendAsync(LanTopology lan)
    {
        LabProcess receiver = lan["b"].Host.Start(lan["b"].Command("receive --yes --once --to /run/small"));
        await receiver.WaitForLineAsync("Receiving into|\"ready\"", Limit);
        LabResult sent = await lan["a"].RunAsync("send /run/tree b", Limit);
        await receiver.StopAsync(LabSignal.Interrupt);
        return sent;
    }

    private static async Task<int> FillStepByStepAsync(LabHost host, Func<Task<string>> command)
    {
        (await host.RunAsync("mkdir -p /run/small")).EnsureSuccess();
        KithHost kith = new(host, "/run/small/state");
        for (int pages = 0; ; pages++)
        {
            Assert.True(pages <= PagesMax, "it never fits");
            (await host.RunAsync($"mount -t tmpfs -o size=1m,mode=700 tmpfs /run/small && head -c {(256 - pages) * PageBytes} /dev/zero > /run/small/ballast")).EnsureSuccess();
            LabProcess first = host.Start(kith.Command(await command()));
            await LabWait.UntilAsync($"start with {pages} pages", Limit, async () => !first.IsRunning || await kith.TryLookAsync() is not null ? null : first.Output);
            bool isUp = first.IsRunning;
            if (!isUp)
            {
                int code = await first.Exited;
                Assert.True(code == 34, $"with {pages} pages: {code}\n{first.Output}");
                Assert.Matches("(?i)disk is full|room", first.Output);
            }
            else
            {
                await first.StopAsync(LabSignal.Kill);
            }

            (await host.RunAsync("rm /run/small/ballast")).EnsureSuccess();
            KithStatus status = await kith.UpAsync(isUp ? "--no-tun" : (await command())[3..]);
            Assert.Equal("home", Assert.Single(status.Networks).Name);
            await kith.StopAsync();
            (await host.RunAsync("umount /run/small")).EnsureSuccess();
            if (isUp)
            {
                return pages;
            }
        }
    }
}
