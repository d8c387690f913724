namespace Kith.Cli.CommandLine;

/// <summary>
/// Commands that run other programs take those programs' options. So that ours do not swallow them, a <c>--</c> is put before the first word that is theirs.
/// </summary>
internal static class PassedOn
{
    private const string Separator = "--";

    private static readonly string[] Commands = ["ssh", "curl", "run"];
    private static readonly string[] OwnFlags = ["--json", "--only"];
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "/h"];

    /// <summary>The arguments, with the separator where it belongs.</summary>
    public static string[] Separate(string[] arguments)
    {
        int command = SkipOwn(arguments, 0);
        if (command >= arguments.Length || !Commands.Contains(arguments[command], StringComparer.Ordinal))
        {
            return arguments;
        }

        int theirs = SkipOwn(arguments, command + 1);
        return theirs >= arguments.Length || arguments[theirs] == Separator || Help.Contains(arguments[theirs], StringComparer.Ordinal)
            ? arguments
            : [.. arguments[..theirs], Separator, .. arguments[theirs..]];
    }

    private static int SkipOwn(string[] arguments, int index)
    {
        while (index < arguments.Length)
        {
            if (arguments[index] == "--state")
            {
                index += 2;
            }
            else if (OwnFlags.Contains(arguments[index], StringComparer.Ordinal) || arguments[index].StartsWith("--state=", StringComparison.Ordinal))
            {
                index++;
            }
            else
            {
                break;
            }
        }

        return index;
    }
}
