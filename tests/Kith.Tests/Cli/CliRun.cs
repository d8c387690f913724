using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Tests.Cli;

/// <summary>Runs command lines in this process against fakes and keeps what they print.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly TemporaryDirectory _state = new();

    public FakeHost Host { get; } = new();

    public FakeNode Node => Host.Node;

    /// <summary>Whether commands reach <see cref="Node"/> directly; otherwise through the socket of the state directory.</summary>
    public bool IsDirect { get; init; } = true;

    public bool UseColor { get; init; }

    public string StateDirectory => _state.Path;

    public string Input { get; init; } = string.Empty;

    public string? Identity { get; init; }

    public Dictionary<string, string> Environment { get; } = [];

    public StringWriter Output { get; } = new();

    public StringWriter Error { get; } = new();

    public Task<int> RunAsync(params string[] arguments) => KithCommandLine.RunAsync(
        ["--state", StateDirectory, .. arguments],
        new CommandServices
        {
            Terminal = new Terminal(Output, Error, isInteractive: false, UseColor),
            Host = Host,
            ReadIdentity = _ => Identity,
            CleanUp = _ => ["removed the names of a node that was killed"],
            Connect = IsDirect ? _ => Node : stateDirectory => new ControlClient(stateDirectory),
            ReadEnvironment = name => Environment.GetValueOrDefault(name),
            Input = () => new StringReader(Input),
            CanAsk = () => false,
            Clock = new FixedClock(),
        });

    public void Dispose() => _state.Dispose();
}
