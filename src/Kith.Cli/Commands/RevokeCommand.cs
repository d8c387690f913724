using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith revoke DEVICE|INVITE [NETWORK]`.</summary>
internal static class RevokeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "revoke",
            "Remove a device from a network, or take an invite back",
            "kith revoke oldphone",
            "kith revoke laptop friends",
            "kith revoke INVITE");
        Argument<string> subject = new("DEVICE|INVITE") { Description = "The device (name, name.network, address or id), or the line of the invite; - reads it from the input" };
        Argument<string?> network = Arguments.OptionalNetwork();
        command.Add(subject);
        command.Add(network);
        command.SetAction(async (result, cancellationToken) =>
        {
            string text = result.GetRequiredValue(subject);
            RevokeRequest request = new(text == InviteText.FromInput ? InviteText.Read(text, services) : text, result.GetValue(network));
            RevokeResult revoked = await options.AskAsync(result, node => node.RevokeAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, revoked, ControlJson.Default.RevokeResult, value => services.Terminal.WriteLine(
                value.Kind == RevokedKind.Device
                    ? $"{value.Name} is no longer a member of {value.Network}."
                    : $"The invite {value.Name} to {value.Network} is no longer good. Devices that joined with it before stay members."));
            return ExitCodes.Done;
        });
        return command;
    }
}
