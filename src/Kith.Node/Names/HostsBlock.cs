using System.Globalization;
using System.Text;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Node.Names;

/// <summary>
/// The part of a hosts file that is ours: lines from <c># kith begin OWNER</c> to <c># kith end OWNER</c>, always at the end. Everything else
/// is kept byte for byte: taking the block out of what <see cref="Put"/> wrote gives the file that it was given. Pure.
/// </summary>
internal static class HostsBlock
{
    // The file did not end with a line break, and so we added one that must go again.
    private const string JoinedMark = " joined";
    private const byte LineFeed = (byte)'\n';

    /// <summary>The file with the owner's block holding these names. Blocks of the same owner that were there are replaced.</summary>
    public static byte[] Put(ReadOnlySpan<byte> file, string owner, NameTable names)
    {
        byte[] rest = Remove(file, owner);
        HashSet<string> taken = NamesIn(rest);
        StringBuilder block = new();
        bool isJoined = rest.Length > 0 && rest[^1] != LineFeed;
        block.Append(isJoined ? "\n" : "");
        block.Append(CultureInfo.InvariantCulture, $"{BeginLine(owner)}{(isJoined ? JoinedMark : "")}\n");
        foreach (NameEntry entry in names.Entries)
        {
            // A short name that the file gives a meaning to keeps it.
            string shortName = entry.ShortName is { } name && !taken.Contains(name) ? " " + name : "";
            foreach (InternetAddress address in entry.Addresses)
            {
                block.Append(CultureInfo.InvariantCulture, $"{address} {entry.FullName}{shortName}\n");
            }
        }

        block.Append(CultureInfo.InvariantCulture, $"{EndLine(owner)}\n");
        return [.. rest, .. Encoding.UTF8.GetBytes(block.ToString())];
    }

    /// <summary>The file without the owner's blocks. A beginning without an end, or an end without a beginning, is somebody else's text.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> file, string owner)
    {
        byte[] current = file.ToArray();
        while (TryFind(current, owner, out Range block))
        {
            (int start, int length) = block.GetOffsetAndLength(current.Length);
            current = [.. current.AsSpan(0, start), .. current.AsSpan(start + length)];
        }

        return current;
    }

    /// <summary>Whether the file holds a block of this owner.</summary>
    public static bool IsIn(ReadOnlySpan<byte> file, string owner) => TryFind(file, owner, out _);

    /// <summary>The owners of all the blocks in the file, each once.</summary>
    public static IReadOnlyList<string> OwnersIn(ReadOnlySpan<byte> file)
    {
        byte[] content = file.ToArray();
        return
        [
            .. Encoding.UTF8.GetString(content).Split('\n')
                .Where(static line => line.StartsWith(BeginLine(""), StringComparison.Ordinal))
                .Select(static line => line[BeginLine("").Length..].Split(' ')[0])
                .Distinct(StringComparer.Ordinal)
                .Where(owner => IsIn(content, owner)),
        ];
    }

    private static string BeginLine(string owner) => $"# kith begin {owner}";

    private static string EndLine(string owner) => $"# kith end {owner}";

    // The last beginning before the first end: an orphaned beginning further up is not ours to remove, nor what lies between.
    private static bool TryFind(ReadOnlySpan<byte> file, string owner, out Range block)
    {
        byte[] begin = Encoding.UTF8.GetBytes(BeginLine(owner));
        byte[] beginJoined = Encoding.UTF8.GetBytes(BeginLine(owner) + JoinedMark);
        byte[] end = Encoding.UTF8.GetBytes(EndLine(owner));
        int started = -1;
        for (int at = 0; at < file.Length;)
        {
            int lineEnd = file[at..].IndexOf(LineFeed);
            ReadOnlySpan<byte> line = lineEnd < 0 ? file[at..] : file.Slice(at, lineEnd);
            int next = lineEnd < 0 ? file.Length : at + lineEnd + 1;
            if (line.SequenceEqual(begin))
            {
                started = at;
            }
            else if (line.SequenceEqual(beginJoined) && at > 0)
            {
                started = at - 1;
            }
            else if (started >= 0 && line.SequenceEqual(end))
            {
                block = started..next;
                return true;
            }

            at = next;
        }

        block = default;
        return false;
    }

    private static HashSet<string> NamesIn(byte[] file)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in Encoding.Latin1.GetString(file).Split('\n'))
        {
            string[] fields = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            names.UnionWith(fields.Skip(1));
        }

        return names;
    }
}
