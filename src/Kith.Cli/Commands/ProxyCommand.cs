using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Kith.Apps;
using Kith.Apps.Proxying;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith proxy`.</summary>
internal static class ProxyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "proxy",
            "Lead programs into the network through a SOCKS 5 and an HTTP proxy, until Ctrl-C",
            "kith proxy                       SOCKS 5 on port 1080, HTTP on port 3128",
            "kith proxy --socks 9050 --all    SOCKS 5 only; what is no device goes straight",
            "curl --proxy socks5h://localhost:1080 http://nas/",
            "chromium --proxy-server=socks5://localhost:1080");
        Option<int?> socks = new("--socks") { Description = "The port for SOCKS 5; 0 for any free one (default: 1080, unless only --http is given)", HelpName = "PORT", CustomParser = Port };
        Option<int?> http = new("--http") { Description = "The port for HTTP; 0 for any free one (default: 3128, unless only --socks is given)", HelpName = "PORT", CustomParser = Port };
        Option<bool> all = new("--all") { Description = "Connect straight from this machine to what is no device of the network; otherwise that is refused" };
        Option<IPAddress[]> bind = AppArguments.Bind();
        command.Add(socks);
        command.Add(http);
        command.Add(all);
        command.Add(bind);
        command.SetAction((result, cancellationToken) =>
        {
            bool isDefault = result.GetValue(socks) is null && result.GetValue(http) is null;
            ProxyOptions proxy = new()
            {
                SocksPort = isDefault ? ProxyOptions.SocksPortDefault : result.GetValue(socks),
                HttpPort = isDefault ? ProxyOptions.HttpPortDefault : result.GetValue(http),
                Addresses = result.GetValue(bind) ?? [],
                SendsRestStraight = result.GetValue(all),
            };
            bool asJson = result.GetValue(options.Json);
            return options.UseAsync(result, (node, transport) => RunAsync(node, transport, proxy, services.Terminal, asJson, cancellationToken));
        });
        return command;
    }

    private static async Task<int> RunAsync(INodeControl node, IKithTransport transport, ProxyOptions options, Terminal terminal, bool asJson, CancellationToken cancellationToken)
    {
        // Nobody should wait for the first connection to learn that there is no node.
        await node.GetNetworksAsync(cancellationToken).ConfigureAwait(false);
        using ProxyServer server = ProxyServer.Open(node, transport, options, problem => FailureReport.Write(terminal, problem, asJson));
        ProxyStatus status = server.Status;
        if (asJson)
        {
            terminal.WriteLine(JsonSerializer.Serialize(status, AppsJson.Default.ProxyStatus));
        }
        else
        {
            WriteLine(terminal, "SOCKS 5", status.Socks);
            WriteLine(terminal, "HTTP", status.Http);
        }

        if (options.Addresses.Any(static address => !IPAddress.IsLoopback(address)))
        {
            terminal.Remark("Whoever reaches this address uses the network through this device: nobody is asked who they are.");
        }

        await terminal.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        using StopSignals signals = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
        await server.RunAsync(stop.Token).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static void WriteLine(Terminal terminal, string name, IReadOnlyList<string> addresses)
    {
        if (addresses.Count > 0)
        {
            terminal.WriteLine($"{name,-8} {string.Join(" and ", addresses)}");
        }
    }

    private static int? Port(ArgumentResult result)
    {
        string text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue)
        {
            return port;
        }

        result.AddError($"'{text}' is no port: it must be a number from 1 to 65535, or 0 for any free one.");
        return null;
    }
}
