using System.Globalization;
using Kith.Tunnel.Files;

namespace Kith.Node.Storage;

/// <summary>
/// Where damaged files go: copies of them, byte by byte, under <c>damaged/</c> in the state directory, with a number after their name. None is ever
/// replaced or deleted by the node.
/// </summary>
internal sealed class DamagedFiles(string directory)
{
    /// <summary>The most files that are set aside; beyond it a damaged file stops the node, as one that cannot be set aside does.</summary>
    internal const int FilesMax = 256;

    /// <summary>What was damaged since the store was opened.</summary>
    internal List<StateDamage> Found { get; } = [];

    /// <summary>The names of all files that lie there, in order.</summary>
    internal IReadOnlyList<string> Names() => Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Copies a damaged file and returns when the copy survives a power cut. The original is the caller's to replace.</summary>
    /// <exception cref="StateDamagedException">There are too many already: the one that told of the damage.</exception>
    internal void SetAside(StateDamagedException damage, string loss)
    {
        if (Names().Count >= FilesMax)
        {
            throw damage;
        }

        FileModes.CreateDirectory(directory);
        string aside = FreeName(damage.Path);
        try
        {
            using FileStream from = new(damage.Path, FileModes.Options(FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            using FileStream to = new(aside, FileModes.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None));
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            AtomicFile.TryDelete(aside);
            throw;
        }

        DirectoryFlush.Flush(directory);
        Found.Add(new StateDamage(damage.Path, damage.Damage, damage.Offset, aside, loss));
    }

    private string FreeName(string path)
    {
        for (int number = 1; ; number++)
        {
            string name = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}.{number}"));
            if (!File.Exists(name))
            {
                return name;
            }
        }
    }
}
