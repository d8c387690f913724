using Kith.Cli;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Tests.Cli;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands =>
    [
        "up", "down", "status", "id", "doctor", "why", "dht", "networks", "create", "leave", "invite", "join", "members", "ping", "rename", "role", "revoke",
        "forward", "expose", "services", "pipe", "proxy", "ssh", "run", "curl", "connect",
    ];

    [Fact]
    public async Task version_needs_no_node()
    {
        using CliRun run = new() { IsDirect = false };
        Assert.Equal(0, await run.RunAsync("--version"));
        Assert.Equal($"kith {KithVersion.Text}\n", run.Output.ToString());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task help_of_every_command_has_examples_and_takes_the_global_options(string command)
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync(command, "--help"));
        string help = run.Output.ToString();
        Assert.Contains("Examples:\n  ", help, StringComparison.Ordinal);
        Assert.Contains($"kith {command}", help[help.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("--state <DIR>", help, StringComparison.Ordinal);
        Assert.Contains("--json", help, StringComparison.Ordinal);
        Assert.Empty(run.Error.ToString());
    }

    [Fact]
    public async Task help_lists_every_command_and_every_exit_code_with_words_of_its_own()
    {
        using CliRun run = new();
        Assert.Equal(0, await run.RunAsync("--help"));
        string help = run.Output.ToString();
        foreach (string command in Commands.Select(row => row.Data))
        {
            Assert.Contains($"\n  {command} ", help, StringComparison.Ordinal);
        }

        string[] words = [.. Enum.GetValues<ControlError>().Select(ExitCodes.Describe)];
        Assert.Equal(words.Length, words.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Enum.GetValues<ControlError>(), error => Assert.Contains($" {(int)error}  {ExitCodes.Describe(error)}\n", help, StringComparison.Ordinal));
    }

    [Fact]
    public void the_document_has_every_exit_code()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Kith.slnx")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        Assert.NotNull(directory);
        string document = File.ReadAllText(Path.Combine(directory, "docs", "protocol", "90-command.md"));
        Assert.All(
            Enum.GetValues<ControlError>(),
            error => Assert.Contains($"| {(int)error} | {System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(error.ToString())} |", document, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task every_command_says_that_no_node_is_running(string command)
    {
        if (command is "up" or "id")
        {
            return;
        }

        string[] arguments = command switch
        {
            "create" or "leave" or "join" or "revoke" or "ping" or "why" => ["x"],
            "ssh" or "curl" or "run" or "pipe" => ["x"],
            "connect" => ["x", "1"],
            "forward" => ["0", "x:1"],
            "dht" => ["status"],
            "rename" => ["x", "y"],
            "role" => ["x", "admin"],
            _ => [],
        };
        using CliRun run = new() { IsDirect = false };
        Assert.Equal((int)ControlError.NodeNotRunning, await run.RunAsync([command, .. arguments]));
        Assert.Contains($"kith: No node is running on {run.StateDirectory}.\n", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Output.ToString());
    }

    [Theory]
    [InlineData("unknowncommand")]
    [InlineData("status", "surplus")]
    [InlineData("ping")]
    [InlineData("ping", "pi", "-c", "0")]
    [InlineData("ping", "pi", "-c", "many")]
    [InlineData("up", "--port", "0")]
    [InlineData("up", "--port", "65536")]
    [InlineData("up", "--relay-rate", "20X")]
    [InlineData("up", "--relay-rate", "M")]
    [InlineData("up", "--peer", "nowhere")]
    [InlineData("up", "--peer", "::1:5484")]
    [InlineData("up", "--peer", "host:0")]
    [InlineData("up", "--tun", "a/b")]
    [InlineData("up", "--tun", "sixteencharacter")]
    [InlineData("up", "--tracker", "nowhere")]
    [InlineData("up", "--tracker", "udp://tracker.example.org")]
    [InlineData("up", "--tracker", "none", "--tracker", "udp://192.0.2.1:6969")]
    [InlineData("up", "--dns", "nas")]
    [InlineData("up", "--dns", "none", "--dns", "nas.example.org")]
    [InlineData("dns-record")]
    [InlineData("invite", "--dns", "no name")]
    [InlineData("invite", "--uses", "0")]
    [InlineData("invite", "--role", "owner")]
    [InlineData("invite", "--expires", "soon")]
    [InlineData("role", "pi", "king")]
    [InlineData("rename", "pi")]
    [InlineData("forward", "8080")]
    [InlineData("forward", "65536", "pi:80")]
    [InlineData("forward", "8080", "pi")]
    [InlineData("forward", "8080", "pi:80", "--bind", "nowhere")]
    [InlineData("expose", "pi:web")]
    [InlineData("proxy", "--socks", "many")]
    [InlineData("ssh", "-p", "22")]
    [InlineData("connect", "pi", "0")]
    public async Task nonsense_is_met_with_one_line_and_the_exit_code_of_usage(params string[] arguments)
    {
        using CliRun run = new();
        Assert.Equal((int)ControlError.Usage, await run.RunAsync(arguments));
        string[] lines = run.Error.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("kith: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("--help", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(run.Node.Requests);
    }

    [Fact]
    public async Task a_command_line_without_a_command_shows_the_help()
    {
        using CliRun run = new();
        Assert.Equal((int)ControlError.Usage, await run.RunAsync());
        Assert.Contains("Commands:", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task files_of_arguments_are_not_read()
    {
        using CliRun run = new();
        await run.RunAsync("create", "@/etc/hostname");
        Assert.Equal(new CreateRequest("@/etc/hostname"), Assert.Single(run.Node.Requests));
    }

    [Fact]
    public async Task a_failure_under_json_is_json()
    {
        using CliRun run = new() { IsDirect = false };
        Assert.Equal((int)ControlError.NodeNotRunning, await run.RunAsync("status", "--json"));
        Assert.StartsWith("""{"error":"nodeNotRunning","message":"No node is running on """, run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_fault_is_one_line_too()
    {
        using CliRun run = new();
        run.Node.Fault = new InvalidOperationException("two\nlines");
        Assert.Equal((int)ControlError.Internal, await run.RunAsync("status"));
        Assert.StartsWith("kith: Kith met a fault of its own: InvalidOperationException: two lines\n", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_node_id_is_read_without_a_node()
    {
        using CliRun run = new() { IsDirect = false, Identity = FakeNode.NodeId };
        Assert.Equal(0, await run.RunAsync("id"));
        Assert.Equal(FakeNode.NodeId + "\n", run.Output.ToString());
    }

    [Fact]
    public async Task where_there_is_no_key_none_is_made()
    {
        using CliRun run = new() { IsDirect = false };
        Assert.Equal((int)ControlError.NoIdentity, await run.RunAsync("id"));
        Assert.Empty(Directory.GetFileSystemEntries(run.StateDirectory));
    }

    [Fact]
    public async Task down_cleans_up_after_a_node_that_was_killed()
    {
        using CliRun run = new() { IsDirect = false };
        Assert.Equal((int)ControlError.NodeNotRunning, await run.RunAsync("down"));
        Assert.Contains("removed the names of a node that was killed", run.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, true, "/var/lib/kith")]
    [InlineData(null, null, false, "/home/anna/.local/state/kith")]
    [InlineData(null, "/env", true, "/env")]
    [InlineData("/option", "/env", false, "/option")]
    public void the_state_directory_is_chosen(string? option, string? variable, bool isPrivileged, string expected)
    {
        Dictionary<string, string?> environment = new() { ["KITH_STATE"] = variable, ["HOME"] = "/home/anna" };
        Assert.Equal(expected, StateDirectoryChoice.Choose(option, name => environment.GetValueOrDefault(name), isPrivileged));
    }

    [Theory]
    [InlineData("/state", "/state/kith")]
    [InlineData("relative", "/home/anna/.local/state/kith")]
    public void the_users_own_state_directory_is_used_if_it_is_absolute(string variable, string expected)
    {
        Dictionary<string, string?> environment = new() { ["XDG_STATE_HOME"] = variable, ["HOME"] = "/home/anna" };
        Assert.Equal(expected, StateDirectoryChoice.Choose(null, name => environment.GetValueOrDefault(name), isPrivileged: false));
    }
}
