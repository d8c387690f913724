using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith doctor`.</summary>
internal static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("doctor", "Check what the node needs of this machine and network; exit code 1 if something fails", "kith doctor", "kith doctor --json");
        command.SetAction(async (result, cancellationToken) =>
        {
            IReadOnlyList<DoctorCheck> checks = await options.AskAsync(result, node => node.DiagnoseAsync(cancellationToken)).ConfigureAwait(false);
            options.Print(result, checks, ControlJson.Default.IReadOnlyListDoctorCheck, value => Write(services.Terminal, value));
            return checks.Any(check => check.Verdict == DoctorVerdict.Fail) ? ExitCodes.No : ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<DoctorCheck> checks)
    {
        int width = checks.Count == 0 ? 0 : checks.Max(check => check.Name.Length);
        foreach (DoctorCheck check in checks)
        {
            (string word, TextStyle style) = check.Verdict switch
            {
                DoctorVerdict.Ok => ("ok  ", TextStyle.Green),
                DoctorVerdict.Warn => ("warn", TextStyle.Yellow),
                _ => ("FAIL", TextStyle.Red),
            };
            terminal.WriteLine($"{terminal.Styled(word, style)}  {check.Name.PadRight(width)}  {check.Text}");
            if (check.Advice is { Length: > 0 } advice)
            {
                terminal.WriteLine($"{new string(' ', width + 8)}{terminal.Styled(advice, TextStyle.Dim)}");
            }
        }
    }
}
