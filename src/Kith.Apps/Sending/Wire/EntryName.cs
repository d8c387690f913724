using System.Text;

namespace Kith.Apps.Sending.Wire;

/// <summary>What may be the name of a file, folder or link that is sent: one component of a path, and none that leads elsewhere.</summary>
internal static class EntryName
{
    /// <summary>How the name of an unfinished file begins, in the folder where it will lie.</summary>
    public const string PartialPrefix = ".kith-";

    /// <summary>How it ends.</summary>
    public const string PartialSuffix = ".part";

    /// <summary>How the name of its journal ends.</summary>
    public const string JournalSuffix = ".journal";

    /// <summary>Whether both sides take it.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= SendLimits.NameBytesMax
        && name is not ("." or "..")
        && !name.AsSpan().ContainsAny('/', '\0')
        && (Path.DirectorySeparatorChar == '/' || !name.AsSpan().ContainsAny(Path.DirectorySeparatorChar, ':'))
        && HasSoundLength(name)
        && !IsPartial(name);

    /// <summary>Whether it is the name of an unfinished file of a receiver, which is never sent nor replaced.</summary>
    public static bool IsPartial(string name) =>
        name.StartsWith(PartialPrefix, StringComparison.Ordinal)
        && (name.EndsWith(PartialSuffix, StringComparison.Ordinal) || name.EndsWith(JournalSuffix, StringComparison.Ordinal));

    private static bool HasSoundLength(string name)
    {
        int bytes = 0;
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            // A lone surrogate has no UTF-8: such a name was no text on the disk.
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            bytes += rune.Utf8SequenceLength;
            rest = rest[used..];
        }

        return bytes <= SendLimits.NameBytesMax;
    }
}
