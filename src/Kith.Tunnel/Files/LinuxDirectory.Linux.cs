using Microsoft.Win32.SafeHandles;
using static Kith.Tunnel.Files.FileCalls;

namespace Kith.Tunnel.Files;

/// <summary>A directory by its descriptor: openat(2) and its kin.</summary>
internal sealed class LinuxDirectory : RootedDirectory
{
    private const int PrivateMode = 0x1C0;
    private readonly SafeFileHandle _handle;

    private LinuxDirectory(SafeFileHandle handle)
    {
        _handle = handle;
        Device = Look(handle).Device;
    }

    public override ulong Device { get; }

    public override RootedDirectory OpenDirectory(string name)
    {
        CheckName(name);
        return new LinuxDirectory(Opened(FileCalls.OpenAt(Number, name, ODirectory | ONoFollow | OCloseOnExec, 0), name));
    }

    public override bool TryCreateDirectory(string name)
    {
        CheckName(name);
        return Made(MakeDirectoryAt(Number, name, PrivateMode), name);
    }

    public override FileStatus? Look(string name)
    {
        CheckName(name);
        return StatusAt(Number, name, AtSymlinkNoFollow);
    }

    public override SafeFileHandle? CreateFile(string name, int mode)
    {
        CheckName(name);
        int descriptor = FileCalls.OpenAt(Number, name, OReadWrite | OCreate | OExclusive | ONoFollow | OCloseOnExec, mode);
        return descriptor < 0 && Errno == Exists ? null : Opened(descriptor, name);
    }

    public override SafeFileHandle? OpenFile(string name, bool forWriting)
    {
        CheckName(name);
        int descriptor = FileCalls.OpenAt(Number, name, (forWriting ? OReadWrite : 0) | ONoFollow | ONonBlock | OCloseOnExec, 0);
        return descriptor < 0 && Errno == NoEntry ? null : Regular(Opened(descriptor, name), name);
    }

    public override bool TryRename(string from, string to, bool replace)
    {
        CheckName(from);
        CheckName(to);
        int result = RenameAt2(Number, from, Number, to, replace ? 0u : RenameNoReplace);
        if (result != 0 && !replace && Errno is InvalidArgument or NoSystemCall)
        {
            // A file system without this flag (some of the network's): look first, then rename.
            if (Look(to) is not null)
            {
                return false;
            }

            result = RenameAt2(Number, from, Number, to, 0);
        }

        return Made(result, to);
    }

    public override void Remove(string name)
    {
        CheckName(name);
        if (UnlinkAt(Number, name, 0) != 0 && Errno != NoEntry)
        {
            throw Failure(name);
        }
    }

    public override bool TryCreateLink(string name, string target, long modifiedNanoseconds)
    {
        CheckName(name);
        if (!Made(SymlinkAt(target, Number, name), name))
        {
            return false;
        }

        SetTimesAt(Number, name, modifiedNanoseconds, AtSymlinkNoFollow);
        return true;
    }

    public override string? ReadLink(string name)
    {
        CheckName(name);
        return LinkAt(Number, name);
    }

    public override void SetDetails(int mode, long modifiedNanoseconds) => SetDetails(_handle, modifiedNanoseconds, mode);

    public override void Flush()
    {
        if (Synchronize(_handle) != 0 && Errno != InvalidArgument)
        {
            throw Failure("the directory");
        }
    }

    public override bool TryFlushFileSystem() => SynchronizeFileSystem(_handle) == 0 ? true : throw Failure("the file system");

    public override bool TryLock()
    {
        if (Lock(_handle, LockExclusive | LockNonBlocking) == 0)
        {
            return true;
        }

        // A file system that knows no locks keeps nobody out.
        return Errno != WouldBlock;
    }

    internal static LinuxDirectory OpenAt(string path) => new(Opened(FileCalls.OpenAt(AtCurrentDirectory, path, ODirectory | OCloseOnExec, 0), path));

    internal static SafeFileHandle OpenForReading(string path) =>
        Regular(Opened(FileCalls.OpenAt(AtCurrentDirectory, path, ONoFollow | ONonBlock | OCloseOnExec, 0), path), path);

    internal static FileStatus? Look(string path, bool follow) => StatusAt(AtCurrentDirectory, path, follow ? 0 : AtSymlinkNoFollow);

    internal static FileStatus Look(SafeFileHandle file) => StatusAt((int)file.DangerousGetHandle(), string.Empty, AtEmptyPath) ?? throw Failure("an open file");

    internal static void SetDetails(SafeFileHandle file, long modifiedNanoseconds, int? mode)
    {
        if (mode is { } bits && ChangeMode(file, (uint)(bits & OpenedFile.ModeMask)) != 0)
        {
            throw Failure("its permissions");
        }

        SetTimesAt((int)file.DangerousGetHandle(), null, modifiedNanoseconds, 0);
    }

    internal static void StartFlush(SafeFileHandle file, long offset, long count) => _ = SynchronizeRange(file, offset, count, SyncRangeWrite);

    internal static string? ReadLinkAt(string path) => LinkAt(AtCurrentDirectory, path);

    protected override void Dispose(bool disposing) => _handle.Dispose();

    private int Number => (int)_handle.DangerousGetHandle();

    private static SafeFileHandle Regular(SafeFileHandle file, string name)
    {
        if (Look(file).Kind == FileKind.Regular)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{name}: it is no ordinary file", InvalidArgument);
    }
}
