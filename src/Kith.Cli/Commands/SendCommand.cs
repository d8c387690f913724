using System.CommandLine;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Outgoing;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith send FILE|DIR... DEVICE`.</summary>
internal static class SendCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "send",
            "Send files and folders to a device on which kith receive runs, or will run; sent again after a break, it goes on from where it was",
            "kith send photos nas               there: kith receive",
            "kith send a.iso b.iso notes nas",
            "kith send --wait 12h backup nas    nas may come online tonight",
            "kith send --json photos nas        one event on each line");
        Argument<string[]> words = new("FILE... DEVICE")
        {
            Description = "Files and folders, and last the device: its name, name.network, address or id",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<TimeSpan?> wait = new("--wait")
        {
            Description = "How long to wait for the device, for kith receive on it, or for a lost link (default: 10m)",
            HelpName = "TIME",
            CustomParser = result => Parsers.Span(result),
        };
        Option<bool> noWait = new("--no-wait") { Description = "Do not wait: fail at once if the device or kith receive on it is not there" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Say only what went wrong" };
        command.Add(words);
        command.Add(wait);
        command.Add(noWait);
        command.Add(quiet);
        command.SetAction(async (result, cancellationToken) =>
        {
            string[] named = result.GetRequiredValue(words);
            if (named.Length < 2)
            {
                throw new ControlException(ControlError.Usage, "It is not said what to send, or to which device.", "How it goes: kith send FILE... DEVICE");
            }

            SendOptions send = new()
            {
                Paths = named[..^1],
                Device = named[^1],
                WaitMax = result.GetValue(noWait) ? TimeSpan.Zero : result.GetValue(wait) ?? TimeSpan.FromMinutes(10),
            };
            using StopSignals signals = new();
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            TransferScreen screen = new(services.Terminal, isSender: true, result.GetValue(options.Json), result.GetValue(quiet));
            await using (screen.ConfigureAwait(false))
            {
                return await options.UseAsync(result, async (_, transport) =>
                {
                    Sender sender = new(transport, send, screen);
                    try
                    {
                        TransferTotals totals = await sender.RunAsync(stop.Token).ConfigureAwait(false);
                        return totals.IsComplete ? ExitCodes.Done : ExitCodes.No;
                    }
                    catch (OperationCanceledException) when (signals.Received is not null)
                    {
                        screen.Handle(new TransferEvent(TransferEventKind.Interrupted, send.Device, Totals: sender.Totals));
                        return ExitCodes.Interrupted;
                    }
                }).ConfigureAwait(false);
            }
        });
        return command;
    }
}
