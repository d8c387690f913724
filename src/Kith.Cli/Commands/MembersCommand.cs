using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith members [NETWORK]`.</summary>
internal static class MembersCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("members", "List the members of a network, or of all", "kith members", "kith members home", "kith members --json");
        Argument<string?> network = Arguments.OptionalNetwork();
        command.Add(network);
        command.SetAction(async (result, cancellationToken) =>
        {
            IReadOnlyList<NetworkStatus> networks = await options
                .AskAsync(result, node => node.GetMembersAsync(result.GetValue(network), cancellationToken)).ConfigureAwait(false);
            options.Print(result, networks, ControlJson.Default.IReadOnlyListNetworkStatus, value => Write(services, value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandServices services, IReadOnlyList<NetworkStatus> networks)
    {
        if (networks.Count == 0)
        {
            services.Terminal.Remark("This device is in no network. Found one with: kith create NAME, or join one with: kith join INVITE");
        }

        for (int index = 0; index < networks.Count; index++)
        {
            if (index > 0)
            {
                services.Terminal.WriteLine();
            }

            StatusText.WriteNetwork(services.Terminal, networks[index], services.Clock.GetUtcNow());
        }
    }
}
