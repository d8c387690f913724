using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith leave NETWORK`.</summary>
internal static class LeaveCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("leave", "Leave a network: its members see this device go, and it is forgotten here", "kith leave friends");
        Argument<string> network = Arguments.Network("The network, by name or id");
        command.Add(network);
        command.SetAction(async (result, cancellationToken) =>
        {
            LeaveRequest request = new(result.GetRequiredValue(network));
            NetworkSummary left = await options.AskAsync(result, node => node.LeaveAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, left, ControlJson.Default.NetworkSummary, value =>
                services.Terminal.WriteLine($"Left {value.Name}. To come back, this device needs a new invite."));
            return ExitCodes.Done;
        });
        return command;
    }
}
