using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>The invite as it was given on the command line.</summary>
internal static class InviteText
{
    /// <summary>The argument that stands for "read it from the input", so that the secret shows in no list of processes and no history.</summary>
    public const string FromInput = "-";

    /// <summary>The invite, without what copying tends to put around it.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.InviteNotAnInvite"/>: there is nothing.</exception>
    public static string Read(string argument, CommandServices services)
    {
        string? text = argument == FromInput ? services.Input().ReadLine() : argument;
        string invite = text?.Trim().Trim('"', '\'', '<', '>') ?? string.Empty;
        return invite.Length > 0
            ? invite
            : throw new ControlException(ControlError.InviteNotAnInvite, "There is no invite: the text is empty.", "Copy the whole line that kith invite printed.");
    }
}
