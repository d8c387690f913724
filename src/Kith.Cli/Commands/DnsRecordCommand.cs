using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith dns-record NAME`. The output is one line of a zone file; remarks go to the error stream.</summary>
internal static class DnsRecordCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "dns-record",
            "Print the DNS record that leads members, or joiners, to this device by a name of your own",
            "kith dns-record nas.example.org",
            "kith dns-record nas.example.org --invite INVITE",
            "kith dns-record nas.example.org --json");
        Argument<string> name = new("name") { Description = "A name in a domain of your own", HelpName = "NAME" };
        Option<string?> network = new("--network") { Description = "The network whose members may read it (default: the only one)", HelpName = "NETWORK" };
        Option<string?> invite = new("--invite") { Description = "For whoever joins with this invite instead of members; - reads it from the input", HelpName = "INVITE" };
        command.Add(name);
        command.Add(network);
        command.Add(invite);
        command.SetAction(async (result, cancellationToken) =>
        {
            string? line = result.GetValue(invite) is { } given ? InviteText.Read(given, services) : null;
            DnsRecordRequest request = new(result.GetRequiredValue(name), result.GetValue(network), line);
            DnsRecordResult record = await options.AskAsync(result, node => node.MakeDnsRecordAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, record, ControlJson.Default.DnsRecordResult, value => Write(services.Terminal, value, request));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, DnsRecordResult record, DnsRecordRequest request)
    {
        terminal.WriteLine($"{record.Name}. {record.TimeToLiveSeconds} IN {record.Type} {string.Join(' ', record.Strings.Select(text => $"\"{text}\""))}");
        terminal.Output.Flush();
        terminal.Remark();
        terminal.Remark(record.Endpoints.Count > 0
            ? $"It leads to {string.Join(" and ", record.Endpoints)}. Print it again when that changes."
            : "It names no address that is reached from outside: map a port in the router, or use IPv6, and print it again.");
        terminal.Remark("Anybody can see that the name belongs to Kith, and when the record changes; only "
            + (request.Invite is null ? $"members of {record.Network}" : "members, and whoever holds the invite,") + " can read it.");
        terminal.Remark(request.Invite is null
            ? $"On other devices:  kith up --dns {request.Name}   (after a revocation, print it again)"
            : $"To join:  kith up --join INVITE@{request.Name}");
    }
}
