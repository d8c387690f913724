using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith invite [NETWORK]`. The output is the invite alone, so that `$(kith invite)` works; remarks go to the error stream.</summary>
internal static class InviteCommand
{
    /// <summary>For how long an invite is good unless something else is asked for.</summary>
    public static readonly TimeSpan LifetimeDefault = TimeSpan.FromHours(24);

    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "invite",
            "Make an invite: one line that lets another device into a network",
            "kith invite",
            "kith invite home --uses 3 --expires 7d",
            "kith invite --role admin --qr",
            "kith invite --dns nas.example.org");
        Argument<string?> network = Arguments.OptionalNetwork();
        Option<MemberRole> role = new("--role")
        {
            Description = "The role of who joins with it: member or admin (default: member)",
            HelpName = "ROLE",
            CustomParser = Parsers.Role,
        };
        Option<int> uses = new("--uses")
        {
            Description = "How many devices may join with it",
            HelpName = "N",
            CustomParser = Parsers.Positive,
            DefaultValueFactory = _ => 1,
        };
        Option<TimeSpan> expires = new("--expires")
        {
            Description = "For how long it is good: 30m, 24h, 7d (default: 24h)",
            HelpName = "SPAN",
            CustomParser = Parsers.Span,
        };
        Option<bool> qr = new("--qr") { Description = "Also draw it as a QR code" };
        Option<string?> dns = new("--dns")
        {
            Description = "Lead whoever joins to this name of your own too; publish what kith dns-record NAME --invite prints",
            HelpName = "NAME",
            CustomParser = Parsers.DnsName,
        };
        command.Add(network);
        command.Add(dns);
        command.Add(role);
        command.Add(uses);
        command.Add(expires);
        command.Add(qr);
        command.SetAction(async (result, cancellationToken) =>
        {
            TimeSpan lifetime = result.GetResult(expires) is null ? LifetimeDefault : result.GetValue(expires);
            InviteRequest request = new(result.GetValue(network), result.GetValue(role), result.GetValue(uses), (long)lifetime.TotalSeconds);
            InviteResult invite = await options.AskAsync(result, node => node.InviteAsync(request, cancellationToken)).ConfigureAwait(false);
            invite = result.GetValue(dns) is { } name ? invite with { Invite = $"{invite.Invite}@{name}" } : invite;
            options.Print(result, invite, ControlJson.Default.InviteResult, value => Write(services, value, result.GetValue(qr)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandServices services, InviteResult invite, bool withQr)
    {
        Terminal terminal = services.Terminal;
        terminal.WriteLine(invite.Invite);
        terminal.Output.Flush();
        if (withQr)
        {
            foreach (string line in QrDrawing.Lines(invite.Invite))
            {
                // White on black, whatever the terminal's own colours are: readers like codes best that are not inverted.
                terminal.WriteLine(terminal.UseColor ? $"\e[97;40m{line}\e[0m" : line);
            }
        }

        terminal.Remark();
        terminal.Remark(
            $"Lets {Words.Count(invite.Uses, "device", "devices")} into {invite.Network} as {Words.Of(invite.Role)} until {Words.Time(invite.Expires)}. "
            + "Whoever has this line can use it: send it privately.");
        terminal.Remark("On the other device:  kith up --join INVITE   (or, where Kith runs already: kith join INVITE)");
    }
}
