namespace Kith.Cli.CommandLine;

/// <summary>Which state directory a command is about.</summary>
internal static class StateDirectoryChoice
{
    /// <summary>The state directory of the system's own node.</summary>
    public const string OfSystem = "/var/lib/kith";

    /// <summary>
    /// `--state`, else `KITH_STATE`, else <see cref="OfSystem"/> for root, else <c>kith</c> in the user's state directory
    /// (XDG Base Directory Specification: `XDG_STATE_HOME`, by default ~/.local/state). Always absolute.
    /// </summary>
    public static string Choose(string? option, Func<string, string?> environment, bool isPrivileged)
    {
        string? named = NonEmpty(option) ?? NonEmpty(environment("KITH_STATE"));
        if (named is not null)
        {
            return Path.GetFullPath(named);
        }

        if (isPrivileged && !OperatingSystem.IsWindows())
        {
            return OfSystem;
        }

        // The specification says that a relative XDG_STATE_HOME is to be ignored.
        string? userState = NonEmpty(environment("XDG_STATE_HOME"));
        string root = userState is not null && Path.IsPathRooted(userState)
            ? userState
            : Path.Combine(NonEmpty(environment("HOME")) ?? Path.GetTempPath(), ".local", "state");
        return Path.GetFullPath(Path.Combine(root, "kith"));
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
