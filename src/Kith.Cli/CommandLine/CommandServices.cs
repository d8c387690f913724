using Kith.Apps.Exposing;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>What commands use of the world, so that tests can hand them another one.</summary>
internal sealed record CommandServices
{
    /// <summary>Where commands write.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>Starts the node for `kith up`.</summary>
    public required INodeHost Host { get; init; }

    /// <summary>Reads the node id that a state directory holds, or null if it holds none. Creates nothing.</summary>
    public required Func<string, string?> ReadIdentity { get; init; }

    /// <summary>Removes what a node that was killed left behind on this machine. Returns what it removed, one line each.</summary>
    public required Func<string, IReadOnlyList<string>> CleanUp { get; init; }

    /// <summary>Gives access to the running node of a state directory.</summary>
    public Func<string, INodeControl> Connect { get; init; } = static stateDirectory => new ControlClient(stateDirectory);

    /// <summary>Speaks of the exposed services of a node that <see cref="Connect"/> gave access to.</summary>
    public Func<INodeControl, IServiceControl> Services { get; init; } = static node => new ServiceClient((ControlClient)node);

    /// <summary>Reads environment variables.</summary>
    public Func<string, string?> ReadEnvironment { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether this is root.</summary>
    public bool IsPrivileged { get; init; } = Environment.IsPrivilegedProcess;

    /// <summary>What `-` in the place of an invite reads.</summary>
    public Func<TextReader> Input { get; init; } = static () => Console.In;

    /// <summary>Whether somebody sits at both ends of a terminal and can be asked.</summary>
    public Func<bool> CanAsk { get; init; } = static () => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>The wall clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
