using Kith.Apps.Sending.Wire;
using Kith.Node.Control;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>A file or folder that was named to be sent.</summary>
/// <param name="Path">Where it is, in full.</param>
/// <param name="Name">What it is called at the receiver.</param>
internal sealed record SourceRoot(string Path, string Name)
{
    /// <summary>How many may be named at once.</summary>
    public const int CountMax = 100_000;

    /// <summary>Finds what was named.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.Usage"/>: something is missing, cannot be sent, or two of them have one name.</exception>
    public static IReadOnlyList<SourceRoot> FindAll(IReadOnlyList<string> paths)
    {
        if (paths.Count is 0 or > CountMax)
        {
            throw new ControlException(ControlError.Usage, paths.Count == 0 ? "Nothing was named to be sent." : $"At most {CountMax} files and folders can be named.");
        }

        Dictionary<string, string> names = new(StringComparer.Ordinal);
        List<SourceRoot> roots = [];
        foreach (string path in paths)
        {
            string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
            string name = System.IO.Path.GetFileName(full);
            Check(path, full, name);
            if (!names.TryAdd(name, path))
            {
                throw new ControlException(
                    ControlError.Usage,
                    $"{Printable.Of(names[name])} and {Printable.Of(path)} would both be called {Printable.Of(name)} there.",
                    "Send them one after the other into different folders.");
            }

            // A link that was named stands for what it leads to.
            roots.Add(new SourceRoot(new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full, name));
        }

        // Names come in order everywhere: so that the receiver sees at once that none comes twice.
        roots.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return roots;
    }

    private static void Check(string path, string full, string name)
    {
        FileStatus? status;
        try
        {
            status = FileStatus.Of(full, follow: true);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            throw new ControlException(ControlError.FileUnreadable, $"{Printable.Of(path)} cannot be looked at: {DiskTrouble.Describe(error)}.", string.Empty, error);
        }

        if (status is null)
        {
            throw new ControlException(ControlError.FileUnreadable, $"There is no {Printable.Of(path)}.", "The order is: kith send FILE... DEVICE");
        }

        if (name.Length == 0)
        {
            throw new ControlException(ControlError.Usage, $"{Printable.Of(path)} has no name.", "Name the folders in it instead.");
        }

        if (!EntryName.IsValid(name))
        {
            throw new ControlException(ControlError.Usage, $"{Printable.Of(path)} has a name that cannot be sent.", "Rename it first.");
        }

        if (status.Value.Kind == FileKind.Other)
        {
            throw new ControlException(ControlError.Usage, $"{Printable.Of(path)} is neither a file nor a folder.", "To send what a program prints: kith pipe");
        }
    }
}
