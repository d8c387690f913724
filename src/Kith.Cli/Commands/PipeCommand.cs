using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Kith.Apps;
using Kith.Apps.Piping;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Cli.Output;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith pipe [NAME]`.</summary>
internal static class PipeCommand
{
    // As a shell counts a program that SIGPIPE ended: 128 and its number.
    private const int OutputClosedCode = 141;

    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "pipe",
            "Join the input and output of two devices; both give the same name, whichever starts first",
            "tar c photos | kith pipe photos        here",
            "kith pipe photos | tar x               there",
            "kith pipe                              makes a name up and says it",
            "mysqldump shop | kith pipe --to nas    without a name; there: kith pipe --from laptop > shop.sql");
        Argument<string?> name = new("NAME") { Description = "The name of the pipe; without one and without --to, one is made up", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> to = new("--to", "--from") { Description = "The device at the other end (default: whoever gives the same name)", HelpName = "DEVICE" };
        Option<bool> noInput = new("--no-input", "-n") { Description = "Read nothing from the input, as if it had ended" };
        command.Add(name);
        command.Add(to);
        command.Add(noInput);
        command.SetAction(async (result, cancellationToken) =>
        {
            PipeOptions pipe = new(Choose(result.GetValue(name), result.GetValue(to), services.Terminal), result.GetValue(to));
            bool asJson = result.GetValue(options.Json);
            bool readsNothing = result.GetValue(noInput);
            using StopSignals signals = new();
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            StandardEnd local = new(readsNothing, closesOutput: true);
            bool inputMayNeverEnd = !Console.IsInputRedirected;
            try
            {
                PipeSummary summary = await options.UseAsync(result, (node, transport) =>
                    PipeRunner.RunAsync(node, transport, pipe, local, inputMayNeverEnd, peer => Met(services.Terminal, peer, asJson), stop.Token)).ConfigureAwait(false);
                return signals.Received is null ? End(services.Terminal, summary, local.OutputProblem, asJson) : ExitCodes.Interrupted;
            }
            catch (OperationCanceledException) when (signals.Received is not null)
            {
                return ExitCodes.Interrupted;
            }
        });
        return command;
    }

    private static string? Choose(string? name, string? device, Terminal terminal)
    {
        if (name is null && device is null)
        {
            string generated = PipeName.Generate();
            terminal.Remark($"On the other device: kith pipe {generated}");
            return generated;
        }

        return name is null || PipeName.IsValid(name)
            ? name
            : throw new ControlException(ControlError.NameInvalid, "That is no name for a pipe.", $"Use up to {PipeName.BytesMax} visible characters.");
    }

    private static void Met(Terminal terminal, KithPeer peer, bool asJson)
    {
        if (!asJson)
        {
            terminal.Remark($"Joined with {peer.Name}.{peer.NetworkName}.");
        }
    }

    private static int End(Terminal terminal, PipeSummary summary, ControlException? outputProblem, bool asJson)
    {
        if (asJson)
        {
            terminal.Error.WriteLine(JsonSerializer.Serialize(summary, AppsJson.Default.PipeSummary));
        }

        string device = summary.Device;
        switch (summary.Ending)
        {
            case PipeEnding.Complete:
                if (!asJson)
                {
                    terminal.Remark(string.Create(
                        CultureInfo.InvariantCulture,
                        $"Sent {Words.Bytes(summary.SentBytes)}, received {Words.Bytes(summary.ReceivedBytes)} in {summary.Seconds:0.0} s."));
                }

                return ExitCodes.Done;
            case PipeEnding.OutputClosed:
                return outputProblem is null ? OutputClosedCode : throw outputProblem;
            case PipeEnding.OtherOutputClosed:
                throw new ControlException(ControlError.ConnectionLost, $"The output of the pipe on {device} was closed before everything was written.", $"{Words.Bytes(summary.SentBytes)} were sent; see there what ended.");
            case PipeEnding.InputFailed:
                throw new ControlException(ControlError.ConnectionLost, "The input cannot be read any more; the other end was told that it is not whole.", string.Empty);
            default:
                throw new ControlException(
                    ControlError.ConnectionLost,
                    $"The pipe to {device} broke: it was ended there, or the link was lost. What arrived is not whole.",
                    "Start both ends again.");
        }
    }
}
