using System.CommandLine;
using Kith.Cli.CommandLine;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith rename DEVICE NAME`.</summary>
internal static class RenameCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "rename",
            "Give a device another name",
            "kith rename raspberrypi pi",
            "kith rename laptop.friends anna   in the network `friends` alone");
        Argument<string> device = Arguments.Device();
        Argument<string> name = new("NAME") { Description = "Its new name: letters, digits and hyphens" };
        command.Add(device);
        command.Add(name);
        command.SetAction(async (result, cancellationToken) =>
        {
            RenameRequest request = new(result.GetRequiredValue(device), result.GetRequiredValue(name));
            MemberStatus member = await options.AskAsync(result, node => node.RenameAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, member, ControlJson.Default.MemberStatus, value => services.Terminal.WriteLine($"{request.Device} is now called {value.Name}."));
            return ExitCodes.Done;
        });
        return command;
    }
}
