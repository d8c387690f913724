using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith create NETWORK`.</summary>
internal static class CreateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("create", "Found a network with this device as its first admin", "kith create friends", "kith create friends && kith invite friends");
        Argument<string> network = Arguments.Network("The name of the new network");
        command.Add(network);
        command.SetAction(async (result, cancellationToken) =>
        {
            CreateRequest request = new(result.GetRequiredValue(network));
            NetworkStatus created = await options.AskAsync(result, node => node.CreateAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, created, ControlJson.Default.NetworkStatus, value =>
            {
                services.Terminal.WriteLine($"Created {value.Name}. This device is {Joined.Describe(value)}");
                services.Terminal.WriteLine($"Bring in another device:  kith invite {value.Name}");
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
