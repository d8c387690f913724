using System.IO.Enumeration;
using Kith.Apps.Sending.Wire;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>
/// Walks through files and folders in a fixed order, depth first, and keeps no more than the names of the folders it is in. Links are never followed, but
/// for those that were named on the command line.
/// </summary>
internal static class SourceWalk
{
    /// <summary>How many names one folder may hold.</summary>
    public const int FolderNamesMax = 2_000_000;

    private static readonly EnumerationOptions EveryName = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The steps of a walk through all roots. What cannot be read is a step, too.</summary>
    public static IEnumerable<SourceItem> Through(IReadOnlyList<SourceRoot> roots)
    {
        foreach (SourceRoot root in roots)
        {
            foreach (SourceItem item in Through(root))
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<SourceItem> Through(SourceRoot root)
    {
        Stack<(SourceItem Folder, IEnumerator<string> Names)> folders = new();
        SourceItem item = Look(root.Path, root.Name, root.Name, depth: 0, isRoot: true);
        while (true)
        {
            if (item.Kind == SourceItemKind.Enter)
            {
                if (folders.Count >= SendLimits.DepthMax)
                {
                    yield return item with { Kind = SourceItemKind.Unreadable, Text = $"more than {SendLimits.DepthMax} folders lie in each other" };
                }
                else if (TryList(item.Path, out string[] names, out string reason))
                {
                    yield return item;
                    folders.Push((item, ((IEnumerable<string>)names).GetEnumerator()));
                }
                else
                {
                    yield return item with { Kind = SourceItemKind.Unreadable, Text = reason };
                }
            }
            else
            {
                yield return item;
            }

            while (folders.TryPeek(out (SourceItem Folder, IEnumerator<string> Names) top) && !top.Names.MoveNext())
            {
                folders.Pop();
                yield return top.Folder with { Kind = SourceItemKind.Leave };
            }

            if (!folders.TryPeek(out (SourceItem Folder, IEnumerator<string> Names) inside))
            {
                yield break;
            }

            string name = inside.Names.Current;
            item = Look(Path.Join(inside.Folder.Path, name), name, inside.Folder.Shown + "/" + name, folders.Count, isRoot: false);
        }
    }

    private static SourceItem Look(string path, string name, string shown, int depth, bool isRoot)
    {
        SourceItem item = new(SourceItemKind.LeftOut, path, name, shown, default);
        try
        {
            if (EntryName.IsPartial(name))
            {
                return item with { Text = "an unfinished file of kith receive" };
            }

            if (FileStatus.Of(path, follow: isRoot) is not { } status)
            {
                return item with
                {
                    Kind = SourceItemKind.Unreadable,
                    Text = name.Contains('\uFFFD', StringComparison.Ordinal) ? "its name is not written in UTF-8; rename it first" : "it is gone",
                };
            }

            if (!EntryName.IsValid(name))
            {
                return item with { Kind = SourceItemKind.Unreadable, Text = "its name cannot be sent; rename it first" };
            }

            EntryDetails details = new(status.Kind == FileKind.Regular ? status.Size : 0, status.ModifiedNanoseconds, (ushort)(status.Mode & OpenedFile.ModeMask));
            item = item with { Details = details };
            return status.Kind switch
            {
                FileKind.Regular => item with { Kind = SourceItemKind.File },
                FileKind.Directory => item with { Kind = SourceItemKind.Enter },
                FileKind.Link => OfLink(item, depth),
                _ => item with { Text = "neither a file nor a folder" },
            };
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            return item with { Kind = SourceItemKind.Unreadable, Text = DiskTrouble.Describe(error) };
        }
    }

    private static SourceItem OfLink(SourceItem item, int depth)
    {
        string? target = OpenedFile.ReadLink(item.Path);
        return target is null || !LinkTarget.StaysInside(target, depth)
            ? item with { Text = "a link that leads out of what is sent" }
            : item with { Kind = SourceItemKind.Link, Text = target };
    }

    private static bool TryList(string path, out string[] names, out string reason)
    {
        try
        {
            names = [.. new FileSystemEnumerable<string>(path, static (ref FileSystemEntry entry) => entry.FileName.ToString(), EveryName).Take(FolderNamesMax + 1)];
            Array.Sort(names, StringComparer.Ordinal);
            reason = names.Length > FolderNamesMax ? $"more than {FolderNamesMax} names lie in it" : string.Empty;
            return reason.Length == 0;
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            names = [];
            reason = DiskTrouble.Describe(error);
            return false;
        }
    }
}
