using System.Diagnostics;

namespace Kith.Mutants;

/// <summary>
/// Builds src once more with all bugs in it, and puts the outcome beside copies of the tests' programs. Those are the very programs of the usual build: nothing of
/// the tests is compiled twice.
/// </summary>
internal sealed class PatchedBuild(Places places, IReadOnlyList<PlantedBug> bugs)
{
    private static readonly string[] s_shared = ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "LICENSE"];

    /// <summary>Does it, after <see cref="WriteTree"/>. What has not changed since the last time is not built again.</summary>
    /// <exception cref="InvalidOperationException">The build failed, or the usual one is missing.</exception>
    public void Make()
    {
        Compile();
        foreach (Suite suite in Enum.GetValues<Suite>())
        {
            CopySuite(Places.ProjectOf(suite));
        }
    }

    /// <summary>Writes the patched sources.</summary>
    /// <exception cref="MovedSourceException">The list does not fit the sources.</exception>
    public void WriteTree()
    {
        Dictionary<string, List<PlantedBug>> byFile = bugs.GroupBy(static bug => bug.File).ToDictionary(static group => group.Key, static group => group.ToList());
        HashSet<string> written = [];
        foreach (string path in Directory.EnumerateFiles(Path.Combine(places.Root, "src"), "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(places.Root, path);
            if (name.Split('/').Any(static part => part is "obj" or "bin"))
            {
                continue;
            }

            byte[] content = File.ReadAllBytes(path);
            if (byFile.Remove(name, out List<PlantedBug>? here))
            {
                content = System.Text.Encoding.UTF8.GetBytes(Patch.Apply(File.ReadAllText(path), here));
            }

            Write(name, content, written);
        }

        if (byFile.Count > 0)
        {
            throw new MovedSourceException(byFile.Values.First()[0], "there is no such file,");
        }

        foreach (string name in s_shared.Where(name => File.Exists(Path.Combine(places.Root, name))))
        {
            Write(name, File.ReadAllBytes(Path.Combine(places.Root, name)), written);
        }

        Write($"src/Kith.Protocol/{Patch.TypeName}.cs", System.Text.Encoding.UTF8.GetBytes(Patch.Switches(bugs)), written);
        foreach (string path in Directory.EnumerateFiles(Path.Combine(places.Tree, "src"), "*", SearchOption.AllDirectories))
        {
            if (!written.Contains(path))
            {
                File.Delete(path);
            }
        }
    }

    // Only what differs is written, so that the build sees what it has to do.
    private void Write(string name, byte[] content, HashSet<string> written)
    {
        string path = Path.Combine(places.Tree, name);
        written.Add(path);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private void Compile()
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            WorkingDirectory = places.Tree,
            ArgumentList =
            {
                "build", Path.Combine("src", "Kith.Cli"), "-c", "Release", "-v", "q", "-nologo", "-clp:NoSummary",

                // The sources are what they are; here they only have to compile.
                "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false", "-p:WarningLevel=0", "-p:NoWarn=CS0162", "-p:Nullable=annotations",
            },
        };
        using Process build = Process.Start(start)!;
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"The sources with the bugs in them do not compile:{Environment.NewLine}{output}");
        }
    }

    private void CopySuite(string project)
    {
        string from = Path.Combine(places.Built, project, "release");
        if (!File.Exists(Path.Combine(from, project + ".dll")))
        {
            throw new InvalidOperationException($"{project} is not built. tests/Kith.Mutants/run builds it.");
        }

        string to = Path.Combine(places.Own, project);
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string assembly = Path.GetFileName(path);
            KeyValuePair<string, string> patched = Places.Projects.FirstOrDefault(pair => pair.Value == assembly);
            Copy(
                patched.Key is { } name ? Path.Combine(places.Tree, ".artifacts", "bin", name, "release", assembly) : path,
                Path.Combine(to, Path.GetRelativePath(from, path)));
        }
    }

    private static void Copy(string from, string to)
    {
        if (!File.Exists(to) || File.GetLastWriteTimeUtc(from) != File.GetLastWriteTimeUtc(to) || new FileInfo(from).Length != new FileInfo(to).Length)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }
    }
}
