using Microsoft.Win32.SafeHandles;

namespace Kith.Tunnel.Files;

/// <summary>
/// A directory by its path, for systems whose own calls are not bound yet. Names that are links are refused by looking before acting, so another
/// program of the same user could still slip one in between; those who only send files cannot.
/// </summary>
internal sealed class PortableDirectory : RootedDirectory
{
    private const int InvalidArgument = 22;
    private const int NanosecondsPerTick = 100;

    private readonly string _path;

    private PortableDirectory(string path) => _path = path;

    public override ulong Device => 0;

    public override RootedDirectory OpenDirectory(string name)
    {
        if (Look(name) is not { Kind: FileKind.Directory })
        {
            throw new IOException($"{name}: it is no directory", InvalidArgument);
        }

        return new PortableDirectory(At(name));
    }

    public override bool TryCreateDirectory(string name)
    {
        if (Look(name) is not null)
        {
            return false;
        }

        Directory.CreateDirectory(At(name));
        return true;
    }

    public override FileStatus? Look(string name) => Look(At(name), follow: false);

    public override SafeFileHandle? CreateFile(string name, int mode) =>
        Look(name) is not null ? null : File.OpenHandle(At(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);

    public override SafeFileHandle? OpenFile(string name, bool forWriting) => Look(name) switch
    {
        null => null,
        { Kind: FileKind.Regular } => File.OpenHandle(At(name), FileMode.Open, forWriting ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite),
        _ => throw new IOException($"{name}: it is no ordinary file", InvalidArgument),
    };

    public override bool TryRename(string from, string to, bool replace)
    {
        if (!replace && Look(to) is not null)
        {
            return false;
        }

        File.Move(At(from), At(to), replace);
        return true;
    }

    public override void Remove(string name) => File.Delete(At(name));

    public override bool TryCreateLink(string name, string target, long modifiedNanoseconds)
    {
        if (Look(name) is not null)
        {
            return false;
        }

        File.CreateSymbolicLink(At(name), target);
        return true;
    }

    public override string? ReadLink(string name) => new FileInfo(At(name)).LinkTarget;

    public override void SetDetails(int mode, long modifiedNanoseconds)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, (UnixFileMode)(mode & OpenedFile.ModeMask));
        }

        Directory.SetLastWriteTimeUtc(_path, TimeOf(modifiedNanoseconds));
    }

    public override void Flush()
    {
        // Directories cannot be flushed with what the base library offers.
    }

    public override bool TryFlushFileSystem() => false;

    public override bool TryLock() => true;

    internal static PortableDirectory OpenAt(string path) =>
        Directory.Exists(path) ? new PortableDirectory(Path.GetFullPath(path)) : throw new DirectoryNotFoundException($"{path}: it is no directory");

    internal static SafeFileHandle OpenForReading(string path) => Look(path, follow: false) is { Kind: FileKind.Regular }
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : throw new IOException($"{path}: it is no ordinary file", InvalidArgument);

    internal static FileStatus? Look(string path, bool follow)
    {
        FileSystemInfo found = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!found.Exists && found.LinkTarget is null)
        {
            return null;
        }

        if (follow && found.ResolveLinkTarget(returnFinalTarget: true) is { } target)
        {
            found = target;
        }

        FileKind kind = found.LinkTarget is not null ? FileKind.Link : found is DirectoryInfo ? FileKind.Directory : FileKind.Regular;
        return new FileStatus(kind, ModeOf(found.FullName, kind), found is FileInfo file && kind == FileKind.Regular ? file.Length : 0, NanosecondsOf(found.LastWriteTimeUtc), 0, 0);
    }

    internal static FileStatus Look(SafeFileHandle file) => new(
        FileKind.Regular,
        OperatingSystem.IsWindows() ? ModeOf(string.Empty, FileKind.Regular) : (int)File.GetUnixFileMode(file),
        RandomAccess.GetLength(file),
        NanosecondsOf(File.GetLastWriteTimeUtc(file)),
        0,
        0);

    internal static void SetDetails(SafeFileHandle file, long modifiedNanoseconds, int? mode)
    {
        if (mode is { } bits && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)(bits & OpenedFile.ModeMask));
        }

        File.SetLastWriteTimeUtc(file, TimeOf(modifiedNanoseconds));
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing is held open.
    }

    private static int ModeOf(string path, FileKind kind) =>
        OperatingSystem.IsWindows() || kind == FileKind.Link ? (kind == FileKind.Directory ? 0x1ED : 0x1A4) : (int)File.GetUnixFileMode(path);

    private static long NanosecondsOf(DateTime time) => (time - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;

    private static DateTime TimeOf(long nanoseconds) => DateTime.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    private string At(string name)
    {
        CheckName(name);
        return Path.Combine(_path, name);
    }
}
