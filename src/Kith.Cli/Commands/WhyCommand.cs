using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith why`.</summary>
internal static class WhyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "why",
            "Explain why a device is reached as it is: what was tried, what came back, what would help; exit code 1 if it is not reachable",
            "kith why laptop",
            "kith why nas.home --json");
        Argument<string> device = Arguments.Device();
        command.Add(device);
        command.SetAction(async (result, cancellationToken) =>
        {
            WhyReport report = await options.AskAsync(result, node => node.ExplainAsync(result.GetRequiredValue(device), cancellationToken)).ConfigureAwait(false);
            options.Print(result, report, ControlJson.Default.WhyReport, value => WhyText.Write(services.Terminal, value, services.Clock.GetUtcNow()));
            return report.Online ? ExitCodes.Done : ExitCodes.No;
        });
        return command;
    }
}
