using System.Security.Cryptography;

namespace Kith.Fuzz.Engine;

/// <summary>Inputs kept in the repository, a folder for each target: those that once found something, and those that reached what no other reached.</summary>
internal static class FuzzCorpus
{
    private static string Root => Path.Combine(AppContext.BaseDirectory, "corpus");

    /// <summary>A target's inputs in the order of their names, so that every run is the same.</summary>
    public static byte[][] Load(string target)
    {
        string folder = Path.Combine(Root, target);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }

    /// <summary>The folders that belong to no target.</summary>
    public static IEnumerable<string> Strangers(IEnumerable<string> targets) =>
        Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(static path => Path.GetFileName(path)).Except(targets, StringComparer.Ordinal) : [];

    /// <summary>Writes inputs under names that come of their contents; what is there stays. Returns how many are new.</summary>
    public static int Keep(string root, string target, IEnumerable<byte[]> inputs)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, target)).FullName;
        int written = 0;
        foreach (byte[] input in inputs)
        {
            string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input)[..8]));
            if (!File.Exists(path))
            {
                File.WriteAllBytes(path, input);
                written++;
            }
        }

        return written;
    }

    /// <summary>Writes what came before a failure, a line of hexadecimal digits for each input, and says where.</summary>
    public static string KeepRecent(string target, IEnumerable<byte[]> inputs)
    {
        string path = Path.Combine(Path.GetTempPath(), $"kith-fuzz-{target}.inputs");
        File.WriteAllLines(path, inputs.Select(Convert.ToHexStringLower));
        return path;
    }

    /// <summary>Reads what <see cref="KeepRecent"/> wrote.</summary>
    public static IEnumerable<byte[]> ReadRecent(string path) => File.ReadAllLines(path).Select(Convert.FromHexString);
}
