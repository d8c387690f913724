using Microsoft.Win32.SafeHandles;

namespace Kith.Tunnel.Files;

/// <summary>What is done with files that are open, or about to be.</summary>
public static class OpenedFile
{
    /// <summary>The permissions that are taken over from others: read, write and execute, without the bits that lend rights.</summary>
    public const int ModeMask = 0x1FF;

    /// <summary>Opens an ordinary file for reading. A link is not followed, a pipe not waited for.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path) =>
        OperatingSystem.IsLinux() ? LinuxDirectory.OpenForReading(path) : PortableDirectory.OpenForReading(path);

    /// <summary>Looks at an open file.</summary>
    public static FileStatus Look(SafeFileHandle file) => OperatingSystem.IsLinux() ? LinuxDirectory.Look(file) : PortableDirectory.Look(file);

    /// <summary>Sets the time it was last written, and its permissions if there are any to set.</summary>
    public static void SetDetails(SafeFileHandle file, long modifiedNanoseconds, int? mode)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxDirectory.SetDetails(file, modifiedNanoseconds, mode);
        }
        else
        {
            PortableDirectory.SetDetails(file, modifiedNanoseconds, mode);
        }
    }

    /// <summary>Begins to write to the disk what is still in memory only, and does not wait for it. Does nothing where that cannot be had.</summary>
    public static void StartFlush(SafeFileHandle file, long offset, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxDirectory.StartFlush(file, offset, count);
        }
    }

    /// <summary>Where a link leads, as it is written in it. Null if that cannot be read, or is no text.</summary>
    public static string? ReadLink(string path) => OperatingSystem.IsLinux() ? LinuxDirectory.ReadLinkAt(path) : new FileInfo(path).LinkTarget;
}
