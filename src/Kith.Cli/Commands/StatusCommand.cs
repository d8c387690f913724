using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith status`.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("status", "Show the node, its networks, their members and the paths to them", "kith status", "kith status --json");
        command.SetAction(async (result, cancellationToken) =>
        {
            NodeStatus status = await options.AskAsync(result, node => node.GetStatusAsync(cancellationToken)).ConfigureAwait(false);
            options.Print(result, status, ControlJson.Default.NodeStatus, value => StatusText.Write(services.Terminal, value, services.Clock.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
