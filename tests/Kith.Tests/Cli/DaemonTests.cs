using System.Runtime.Versioning;
using Kith.Cli.Daemon.Logging;
using Kith.Node.Control;
using Microsoft.Extensions.Logging;

namespace Kith.Tests.Cli;

/// <summary>`kith up` in this process, around a fake node, reached through its real socket.</summary>
[SupportedOSPlatform("linux")]
public sealed class DaemonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task up_greets_serves_and_ends_with_down()
    {
        using CliRun run = new() { IsDirect = false };
        Task<int> up = run.RunAsync("up", "--name", "laptop", "--port", "6000", "--peer", "[::1]:1", "--peer", "host.example:2", "--tun", "kith7", "--network", "den", "--no-relay", "--relay-rate", "500k");
        await WaitForSocketAsync(run, up);
        Assert.Equal(
            ("laptop", (ushort)6000, "kith7", "den", "[::1]:1 host.example:2", run.StateDirectory),
            (run.Host.Options!.DeviceName, run.Host.Options.Port!.Value, run.Host.Options.TunName, run.Host.Options.NetworkName,
                string.Join(' ', run.Host.Options.Peers!), run.Host.Options.StateDirectory));
        Assert.Equal((false, 500_000L), (run.Host.Options.RelayForOthers, run.Host.Options.RelayBytesPerSecondMax));

        await using (ControlClient client = new(run.StateDirectory))
        {
            await client.StopAsync(Token);
        }

        Assert.True(run.Node.IsStopped);
        Assert.Equal(0, await up);
        Assert.False(File.Exists(ControlSocketPath.For(run.StateDirectory)));
        string output = run.Output.ToString();
        Assert.Contains("This device is laptop, UDP port 5484.", output, StringComparison.Ordinal);
        Assert.Contains("laptop.home.kith  100.70.0.2  fd12:3456:789a::1", output, StringComparison.Ordinal);
        Assert.Contains("kith invite", output, StringComparison.Ordinal);
        Assert.Contains(run.StateDirectory, output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }

    [Fact]
    public async Task a_second_up_says_that_one_runs_already()
    {
        using CliRun run = new() { IsDirect = false };
        Task<int> up = run.RunAsync("up");
        await WaitForSocketAsync(run, up);
        Assert.Equal((int)ControlError.StateInUse, await run.RunAsync("up"));
        Assert.Contains("Kith is up already", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await run.RunAsync("down"));
        Assert.Equal(0, await up);
    }

    [Fact]
    public async Task a_second_up_with_an_invite_hands_it_to_the_running_node()
    {
        using CliRun run = new() { IsDirect = false };
        Task<int> up = run.RunAsync("up");
        await WaitForSocketAsync(run, up);
        Assert.Equal(0, await run.RunAsync("up", "--join", FakeNode.SecretInvite));
        Assert.Contains(new JoinRequest(FakeNode.SecretInvite), run.Node.Requests);
        Assert.Equal(0, await run.RunAsync("down"));
        Assert.Equal(0, await up);
        Assert.DoesNotContain(FakeNode.SecretInvite, run.Output.ToString() + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_node_that_cannot_start_says_why_and_leaves_nothing()
    {
        using CliRun run = new() { IsDirect = false };
        run.Host.Failure = new ControlException(ControlError.TunNotPermitted, "No right.", "Use sudo.");
        Assert.Equal((int)ControlError.TunNotPermitted, await run.RunAsync("up"));
        Assert.Equal("kith: No right.\n      Use sudo.\n", run.Error.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(run.StateDirectory));
    }

    [Fact]
    public async Task a_node_that_dies_ends_the_program_with_its_failure()
    {
        using CliRun run = new() { IsDirect = false };
        Task<int> up = run.RunAsync("up");
        await WaitForSocketAsync(run, up);
        run.Node.Die(new ControlException(ControlError.StateFull, "The disk is full."));
        Assert.Equal((int)ControlError.StateFull, await up);
        Assert.Contains("kith: The disk is full.", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(run.StateDirectory));
    }

    [Fact]
    public async Task up_as_json_prints_the_status_and_logs_elsewhere()
    {
        using CliRun run = new() { IsDirect = false };
        Task<int> up = run.RunAsync("up", "--json");
        await WaitForSocketAsync(run, up);
        Assert.Equal(0, await run.RunAsync("down", "--json"));
        Assert.Equal(0, await up);
        Assert.StartsWith("""{"node":{"id":""", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Single(run.Output.ToString().TrimEnd().Split('\n'));
        Assert.Contains("The node is up", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void the_log_file_stays_bounded_and_private()
    {
        using TemporaryDirectory state = new();
        using (LogFile log = new(state.Path))
        {
            string line = new('x', 64 * 1024);
            for (int count = 0; count < 50; count++)
            {
                log.Write(line);
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log.FilePath));
        }

        string[] files = Directory.GetFiles(state.Path);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, LogFile.BytesMax));
    }

    [Fact]
    public void a_log_line_cannot_be_forged_by_what_it_tells()
    {
        RecentLines lines = new();
        using LineLoggerFactory loggers = new(lines, LogLevel.Information, new FixedClock());
        loggers.CreateLogger("x").Log(LogLevel.Information, default, "joined: evil\n2026 info \e[2Jforged", null, (state, _) => state);
        Assert.Equal("2026-11-20T11:00:00.000Z info  joined: evil 2026 info  [2Jforged", Assert.Single(lines.Snapshot()));
    }

    [Fact]
    public void only_the_last_lines_are_kept_for_the_view()
    {
        RecentLines lines = new();
        for (int count = 0; count < 100; count++)
        {
            lines.Write($"{count}");
        }

        Assert.Equal(Enumerable.Range(100 - RecentLines.LinesMax, RecentLines.LinesMax).Select(count => $"{count}"), lines.Snapshot());
    }

    private static async Task WaitForSocketAsync(CliRun run, Task<int> up)
    {
        // The socket appears under its name only once it listens; the greeting follows it, and a node that ended has made none.
        while (!up.IsCompleted && (!File.Exists(ControlSocketPath.For(run.StateDirectory)) || run.Node.Requests.Count == 0))
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }

        Assert.False(up.IsCompleted, run.Error.ToString());
    }
}
