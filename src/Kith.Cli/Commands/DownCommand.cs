using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith down`.</summary>
internal static class DownCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("down", "Stop the node and leave the machine as it was found", "kith down");
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                await options.AskAsync(result, async node =>
                {
                    await node.StopAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                }).ConfigureAwait(false);
            }
            catch (ControlException failure) when (failure.Error == ControlError.NodeNotRunning)
            {
                IReadOnlyList<string> removed = services.CleanUp(options.StateDirectory(result));
                foreach (string line in removed)
                {
                    services.Terminal.Remark(line);
                }

                throw;
            }

            if (!result.GetValue(options.Json))
            {
                services.Terminal.WriteLine("Kith is down.");
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
