using System.CommandLine;
using System.Globalization;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith networks`.</summary>
internal static class NetworksCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("networks", "List the networks this device is in", "kith networks", "kith networks --json");
        command.SetAction(async (result, cancellationToken) =>
        {
            IReadOnlyList<NetworkSummary> networks = await options
                .AskAsync(result, node => node.GetNetworksAsync(cancellationToken)).ConfigureAwait(false);
            options.Print(result, networks, ControlJson.Default.IReadOnlyListNetworkSummary, value => Write(services.Terminal, value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<NetworkSummary> networks)
    {
        if (networks.Count == 0)
        {
            terminal.Remark("This device is in no network. Found one with: kith create NAME, or join one with: kith join INVITE");
            return;
        }

        TextTable table = new(string.Empty, "NETWORK", "ROLE", "MEMBERS", "ONLINE", "IPV4", "IPV6", "ID");
        foreach (NetworkSummary network in networks)
        {
            table.Add(
                (network.Name, TextStyle.Bold),
                (Words.Of(network.Role), TextStyle.Plain),
                (network.Members.ToString(CultureInfo.InvariantCulture), TextStyle.Plain),
                (network.Online.ToString(CultureInfo.InvariantCulture), TextStyle.Plain),
                (network.Ipv4 ?? Words.Nothing, TextStyle.Plain),
                (network.Ipv6, TextStyle.Plain),
                (network.Id, TextStyle.Dim));
        }

        foreach (string line in table.Lines(terminal))
        {
            terminal.WriteLine(line);
        }
    }
}
