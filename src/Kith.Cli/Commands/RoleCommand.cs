using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith role DEVICE ROLE`.</summary>
internal static class RoleCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("role", "Give a device another role: member or admin", "kith role pi admin", "kith role laptop.friends member");
        Argument<string> device = Arguments.Device();
        Argument<MemberRole> role = new("ROLE") { Description = "member or admin", HelpName = "ROLE", CustomParser = Parsers.Role };
        command.Add(device);
        command.Add(role);
        command.SetAction(async (result, cancellationToken) =>
        {
            RoleRequest request = new(result.GetRequiredValue(device), result.GetValue(role));
            MemberStatus member = await options.AskAsync(result, node => node.SetRoleAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, member, ControlJson.Default.MemberStatus, value =>
                services.Terminal.WriteLine($"{value.Name} is now {(value.Role == MemberRole.Admin ? "an admin" : "a member")}."));
            return ExitCodes.Done;
        });
        return command;
    }
}
