using System.CommandLine;
using Kith.Apps.Running;
using Kith.Cli.CommandLine;
using Kith.Cli.Daemon;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith ssh DEVICE …`.</summary>
internal static class SshCommand
{
    private const string Ssh = "ssh";

    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "ssh",
            "Run ssh to a device, with every option of ssh itself; its exit code is that of ssh",
            "kith ssh nas",
            "kith ssh -p 2222 anna@nas uptime",
            "rsync -e 'kith ssh' photos/ nas:photos/",
            "GIT_SSH_COMMAND='kith ssh' git clone nas:notes.git");
        Argument<string[]> arguments = new("[OPTIONS] DEVICE [COMMAND]") { Description = "What ssh takes; the device as with every command", Arity = ArgumentArity.OneOrMore };
        command.Add(arguments);
        command.SetAction(async (result, cancellationToken) =>
        {
            SshArguments ssh = SshArguments.TryParse(result.GetRequiredValue(arguments), out SshArguments? parsed)
                ? parsed
                : throw new ControlException(ControlError.Usage, "It is not said to which device.", "How it goes: kith ssh --help");
            MemberStatus member = await options.AskAsync(result, async node =>
                DeviceLookup.Find(await node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false), ssh.Device).Member).ConfigureAwait(false);
            string proxy = ProxyCommand(Environment.ProcessPath ?? "kith", options.StateDirectory(result), member.Id);

            // Known by its id and not by its name: a device may be renamed, and another one get its name.
            return await ChildProgram.RunAsync(Ssh, ssh.ToSsh(proxy, member.Id + ".kith"), new Dictionary<string, string>(StringComparer.Ordinal)).ConfigureAwait(false);
        });
        return command;
    }

    private static string ProxyCommand(string program, string stateDirectory, string device) =>
        $"{Quoted(program)} --state {Quoted(stateDirectory)} connect {device} %p";

    // For the shell that ssh starts, and for ssh, to which % is the beginning of a token.
    private static string Quoted(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal) + "'";
}
