using System.Text.Json;
using Kith.Lab.Harness;

namespace Kith.Lab.Daemon;

/// <summary>The real program in a lab host: its daemon in the foreground with its output kept, and its commands.</summary>
internal sealed class KithHost
{
    /// <summary>How long a daemon may take to be ready, on a machine that is busy with other things.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    private readonly string _global;
    private readonly string _as;
    private readonly ControlSocket _control;

    /// <summary>
    /// Prepares commands for a host; nothing runs yet. A state directory of null is the program's own default. As an ordinary user it has no right whatever.
    /// </summary>
    public KithHost(LabHost host, string? state = null, bool asUser = false)
    {
        Host = host;
        State = state ?? (asUser ? LabHost.UserHome + "/.local/state/kith" : "/var/lib/kith");
        _as = asUser ? LabHost.AsUser : string.Empty;
        _global = state is null ? string.Empty : $"--state {state} ";
        _control = new ControlSocket(host, State);
    }

    /// <summary>The machine.</summary>
    public LabHost Host { get; }

    /// <summary>Where the node keeps its state.</summary>
    public string State { get; }

    /// <summary>The daemon that runs, or ran last.</summary>
    public LabProcess? Daemon { get; private set; }

    /// <summary>Skips the test where the program was not built.</summary>
    public static void Require() =>
        Assert.SkipWhen(LabMachine.FindKith() is null, "kith is not built: dotnet build -c Release src/Kith.Cli, or set KITH_BIN");

    /// <summary>The command line for a shell in the host.</summary>
    public string Command(string arguments) => $"{_as}{LabHost.KithPath} {_global}{arguments}";

    /// <summary>Runs one command of the program to its end.</summary>
    public Task<LabResult> RunAsync(string arguments, TimeSpan? limit = null) => Host.RunAsync(Command(arguments), limit);

    /// <summary>Starts the daemon and does not wait.</summary>
    public LabProcess Start(string arguments = "")
    {
        Daemon = Host.Start(Command($"up {arguments}"));
        return Daemon;
    }

    /// <summary>Starts the daemon with variables in its environment, and does not wait.</summary>
    public LabProcess StartWith(string variables, string arguments)
    {
        Daemon = Host.Start($"env {variables} {Command($"up {arguments}")}");
        return Daemon;
    }

    /// <summary>Starts the daemon and returns when it answers commands.</summary>
    public async Task<KithStatus> UpAsync(string arguments = "")
    {
        LabProcess daemon = Start(arguments);
        KithStatus? status = null;
        await LabWait.UntilAsync($"[{Host.Name}] kith up {arguments}", StartLimit, async () =>
        {
            status = await TryLookAsync();
            if (!daemon.IsRunning)
            {
                throw new LabException($"[{Host.Name}] kith up {arguments} ended with {await daemon.Exited}:\n{daemon.Output}");
            }

            return status is null ? daemon.Output : null;
        }, LookPause);
        return status!;
    }

    /// <summary>Ends the daemon by a signal; returns its exit code.</summary>
    public Task<int> StopAsync(LabSignal signal = LabSignal.Terminate) =>
        (Daemon ?? throw new LabException("no daemon was started")).StopAsync(signal);

    /// <summary>What `kith status --json` prints.</summary>
    public async Task<KithStatus> StatusAsync() => KithStatus.Parse((await RunAsync("status --json")).EnsureSuccess().Output);

    /// <summary>The same, asked for without a process of its own; null if no node answers.</summary>
    public async Task<KithStatus?> TryLookAsync() => await _control.TryReadStatusAsync() is { } text ? KithStatus.Parse(text) : null;

    /// <summary>How this node sees a member; null if it does not answer or knows no such member.</summary>
    public async Task<KithMember?> LookAtAsync(string network, string member) =>
        (await TryLookAsync())?.Networks.FirstOrDefault(item => item.Name == network)?.Find(member);

    /// <summary>Makes an invite and returns its line.</summary>
    public async Task<string> InviteAsync(string arguments = "")
    {
        LabResult result = (await RunAsync($"invite {arguments} --json")).EnsureSuccess();
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return document.RootElement.GetProperty("invite").GetString() ?? throw new LabException("an invite without a line");
    }

    /// <summary>Waits until this node has so many statements of a network, and none of them missing.</summary>
    public Task<TimeSpan> UntilStatementsAsync(string network, long statements) =>
        LabWait.UntilAsync($"[{Host.Name}] has {statements} statements of {network}", TimeSpan.FromSeconds(90), async () =>
        {
            KithStatus? status = await TryLookAsync();
            KithNetwork? found = status?.Networks.FirstOrDefault(item => item.Name == network);
            return found is { Repairing: false } && found.Statements >= statements ? null : $"{found}";
        }, LookPause);

    /// <summary>Waits until this node sees the members online.</summary>
    public Task<TimeSpan> UntilOnlineAsync(string network, params string[] members) =>
        LabWait.UntilAsync($"[{Host.Name}] sees {string.Join(' ', members)} in {network}", TimeSpan.FromSeconds(30), async () =>
        {
            KithStatus? status = await TryLookAsync();
            KithNetwork? found = status?.Networks.FirstOrDefault(item => item.Name == network);
            return members.All(name => found?.Find(name)?.Online == true) ? null : $"{status}: {string.Join(", ", found?.Members ?? [])}";
        }, LookPause);
}
