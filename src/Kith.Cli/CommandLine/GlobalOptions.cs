using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>The options that every command takes, and what follows from them.</summary>
internal sealed class GlobalOptions
{
    private readonly CommandServices _services;

    /// <summary>Makes the options.</summary>
    public GlobalOptions(CommandServices services)
    {
        _services = services;
    }

    /// <summary>`--state DIR`.</summary>
    public Option<string?> State { get; } = new("--state")
    {
        Description = "The state directory of the node (default: /var/lib/kith for root, ~/.local/state/kith otherwise; or set KITH_STATE)",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>`--json`.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print JSON for programs, one value on one line",
        Recursive = true,
    };

    /// <summary>The state directory that the command line means.</summary>
    public string StateDirectory(ParseResult result) =>
        StateDirectoryChoice.Choose(result.GetValue(State), _services.ReadEnvironment, _services.IsPrivileged);

    /// <summary>Calls the running node.</summary>
    public async Task<T> AskAsync<T>(ParseResult result, Func<INodeControl, Task<T>> ask)
    {
        INodeControl node = _services.Connect(StateDirectory(result));
        await using (node.ConfigureAwait(false))
        {
            return await ask(node).ConfigureAwait(false);
        }
    }

    /// <summary>Uses the running node's network: dials and listens through it.</summary>
    public Task<T> UseAsync<T>(ParseResult result, Func<INodeControl, IKithTransport, Task<T>> use) =>
        AskAsync(result, node => use(node, node as IKithTransport ?? throw new InvalidOperationException("this node does not dial")));

    /// <summary>Prints a result: as JSON if asked for, otherwise as the given writer puts it.</summary>
    public void Print<T>(ParseResult result, T value, JsonTypeInfo<T> type, Action<T> writeText)
    {
        if (result.GetValue(Json))
        {
            _services.Terminal.WriteLine(JsonSerializer.Serialize(value, type));
        }
        else
        {
            writeText(value);
        }
    }
}
