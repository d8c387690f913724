using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith join INVITE`.</summary>
internal static class JoinCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("join", "Join the network of an invite with the node that runs here", "kith join INVITE", "kith join - < invite.txt");
        Argument<string> invite = Arguments.Invite();
        command.Add(invite);
        command.SetAction(async (result, cancellationToken) =>
        {
            JoinRequest request = new(InviteText.Read(result.GetRequiredValue(invite), services));
            NetworkStatus joined = await options.AskAsync(result, node => node.JoinAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, joined, ControlJson.Default.NetworkStatus, value => Write(services, value));
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Says what was joined.</summary>
    public static void Write(CommandServices services, NetworkStatus network)
    {
        services.Terminal.WriteLine($"Joined {network.Name}. This device is {Joined.Describe(network)}");
        services.Terminal.WriteLine();
        StatusText.WriteNetwork(services.Terminal, network, services.Clock.GetUtcNow());
    }
}
