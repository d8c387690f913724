namespace Kith.Tunnel.Files;

/// <summary>What the system says of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">The permissions: the lower twelve bits of the mode.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="ModifiedNanoseconds">When it was last written, in nanoseconds since 1970 (UTC).</param>
/// <param name="Device">The file system it lies on.</param>
/// <param name="Inode">Its number there; with the device it names the file.</param>
public readonly record struct FileStatus(FileKind Kind, int Mode, long Size, long ModifiedNanoseconds, ulong Device, ulong Inode)
{
    /// <summary>Looks at what a path stands for. Null if there is nothing.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileStatus? Of(string path, bool follow) =>
        OperatingSystem.IsLinux() ? LinuxDirectory.Look(path, follow) : PortableDirectory.Look(path, follow);
}
