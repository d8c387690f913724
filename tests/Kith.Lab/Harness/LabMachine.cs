namespace Kith.Lab.Harness;

/// <summary>What the lab needs of the machine it runs on.</summary>
internal static class LabMachine
{
    /// <summary>Variables of the developer's shell that must not reach a lab host.</summary>
    public static readonly IReadOnlyList<string> HiddenVariables =
        ["KITH_STATE", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

    private static readonly string[] ToolDirectories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>Skips the running test, with the reason, where network namespaces cannot be made.</summary>
    public static void Require(params string[] tools)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the lab needs root: network namespaces");
        foreach (string tool in tools)
        {
            Assert.SkipWhen(FindTool(tool) is null, $"{tool} is not installed; ./test installs it");
        }
    }

    /// <summary>The full path of an installed program, or null.</summary>
    public static string? FindTool(string name) =>
        ToolDirectories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// The program under test: from the environment variable KITH_BIN, else the Release build of this working tree.
    /// </summary>
    public static string? FindKith()
    {
        string? named = Environment.GetEnvironmentVariable("KITH_BIN");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? Path.GetFullPath(named) : throw new LabException($"KITH_BIN names no file: {named}");
        }

        return FindArtifact(File.Exists, "bin", "Kith.Cli", "release", "kith");
    }

    /// <summary>The directory in which ./test installed what the lab uses of npm's packages, or null.</summary>
    public static string? FindNpm() => Path.GetDirectoryName(FindArtifact(Directory.Exists, "npm", "node_modules"));

    /// <summary>A sample as ./test built it against the package, or null.</summary>
    public static string? FindSample(string name) => FindArtifact(File.Exists, "samples", "bin", name, "release", name);

    private static string? FindArtifact(Predicate<string> exists, params string[] path)
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            string candidate = Path.Combine([directory, ".artifacts", .. path]);
            if (exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
