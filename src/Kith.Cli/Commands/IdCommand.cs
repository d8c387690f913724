using System.CommandLine;
using System.Text.Json;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith id`: reads the state directory, so it needs no running node.</summary>
internal static class IdCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("id", "Print this device's node id; the node need not run", "kith id", "kith id --state /var/lib/kith");
        command.SetAction(result =>
        {
            string stateDirectory = options.StateDirectory(result);
            string id = services.ReadIdentity(stateDirectory) ?? throw new ControlException(
                ControlError.NoIdentity,
                $"There is no node in {stateDirectory} yet.",
                "The first kith up makes one (or name another state directory with --state DIR).");
            services.Terminal.WriteLine(result.GetValue(options.Json) ? $$"""{"id":"{{JsonEncodedText.Encode(id)}}"}""" : id);
            return ExitCodes.Done;
        });
        return command;
    }
}
