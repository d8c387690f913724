using System.CommandLine;
using System.Text.Json;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith ping DEVICE [-c N]`.</summary>
internal static class PingCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "ping",
            "Ask a device for a sign of life and show on which path it comes; exit code 1 if none does",
            "kith ping laptop",
            "kith ping laptop.friends -c 3");
        Argument<string> device = Arguments.Device();
        Option<int> count = new("--count", "-c")
        {
            Description = "How many (default: until Ctrl-C)",
            HelpName = "N",
            CustomParser = Parsers.Positive,
        };
        command.Add(device);
        command.Add(count);
        command.SetAction(async (result, cancellationToken) =>
        {
            PingRequest request = new(result.GetRequiredValue(device), result.GetResult(count) is null ? 0 : result.GetValue(count));
            PingSummary summary = new();
            using StopSignals signals = new();
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            bool asJson = result.GetValue(options.Json);
            try
            {
                await options.AskAsync(result, node => PingAsync(node, request, summary, services.Terminal, asJson, stop.Token)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                // Ctrl-C is how an endless ping is meant to end.
            }

            if (!asJson && summary.Sent > 0)
            {
                services.Terminal.WriteLine(summary.ToString());
            }

            return summary.Answered > 0 ? ExitCodes.Done : summary.Sent == 0 ? ExitCodes.Interrupted : ExitCodes.No;
        });
        return command;
    }

    private static async Task<bool> PingAsync(
        INodeControl node,
        PingRequest request,
        PingSummary summary,
        Terminal terminal,
        bool asJson,
        CancellationToken cancellationToken)
    {
        await foreach (PingReply reply in node.PingAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (asJson)
            {
                terminal.WriteLine(JsonSerializer.Serialize(reply, ControlJson.Default.PingReply));
            }
            else
            {
                if (summary.Sent == 0)
                {
                    terminal.WriteLine($"Pinging {reply.Device} ({reply.Address})");
                }

                terminal.WriteLine(reply.Answered
                    ? $"reply {reply.Sequence} from {reply.Device}: {Words.Of(reply.Path)}, {Words.Milliseconds(reply.RttMilliseconds)}"
                    : $"no reply {reply.Sequence} from {reply.Device}{(reply.Path.Kind == PathKind.None ? ": no path to it" : string.Empty)}");
            }

            terminal.Output.Flush();
            summary.Add(reply);
        }

        return true;
    }
}
