namespace Kith.Mutants;

/// <summary>Where everything lies.</summary>
internal sealed class Places
{
    /// <summary>The projects of src that are built anew with the bugs in them, and the names of their assemblies.</summary>
    public static readonly IReadOnlyDictionary<string, string> Projects = new Dictionary<string, string>
    {
        ["Kith.Protocol"] = "Kith.Protocol.dll",
        ["Kith.Tunnel"] = "Kith.Tunnel.dll",
        ["Kith.Node"] = "Kith.Node.dll",
        ["Kith.Apps"] = "Kith.Apps.dll",
        ["Kith.Cli"] = "kith.dll",
    };

    private Places(string root) => Root = root;

    /// <summary>The repository.</summary>
    public string Root { get; }

    /// <summary>What the usual build made.</summary>
    public string Built => Path.Combine(Root, ".artifacts", "bin");

    /// <summary>Everything that this program makes.</summary>
    public string Own => Path.Combine(Root, ".artifacts", "mutants");

    /// <summary>The patched sources.</summary>
    public string Tree => Path.Combine(Own, "tree");

    /// <summary>What runs leave behind.</summary>
    public string Runs => Path.Combine(Own, "runs");

    /// <summary>The page that lists the bugs.</summary>
    public string Page => Path.Combine(Root, "docs", "measurements", "mutants.md");

    /// <summary>Finds the repository around this program.</summary>
    public static Places Find()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Kith.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return new Places(at ?? throw new InvalidOperationException("This program must lie within the repository."));
    }

    /// <summary>The program of a suite with the bugs in it.</summary>
    public string Program(Suite suite) => Path.Combine(Own, ProjectOf(suite), ProjectOf(suite));

    /// <summary>The project of a suite.</summary>
    public static string ProjectOf(Suite suite) => suite == Suite.Unit ? "Kith.Tests" : "Kith.Simulator";
}
