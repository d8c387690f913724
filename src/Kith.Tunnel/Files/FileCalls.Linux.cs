using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Kith.Tunnel.Files;

/// <summary>The system's calls for files relative to a directory (Linux, x64 and arm64), and what their answers mean.</summary>
internal static unsafe partial class FileCalls
{
    public const int AtCurrentDirectory = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtEmptyPath = 0x1000;
    public const int OReadWrite = 2;
    public const int OCreate = 0x40;
    public const int OExclusive = 0x80;
    public const int ONonBlock = 0x800;
    public const int OCloseOnExec = 0x80000;
    public const uint RenameNoReplace = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const uint SyncRangeWrite = 2;
    public const int NoEntry = 2;
    public const int WouldBlock = 11;
    public const int Exists = 17;
    public const int InvalidArgument = 22;
    public const int NoSystemCall = 38;

    private const string Library = "libc";
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int LinkBytesMax = 4096;
    private const uint BasicStatus = 0x7FF;
    private const long OmitTime = (1L << 30) - 2;

    // struct statx has the same layout on every architecture (statx(2)); 256 bytes in all.
    private const int StatusBytes = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // These two differ: the one architecture took them over from an older system.
    public static int ODirectory => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    public static int ONoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>errno of the last failed call on this thread.</summary>
    public static int Errno => Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(int directory, string path, int mode);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int directory, string path, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SymlinkAt(string target, int directory, string path);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SynchronizeFileSystem(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "sync_file_range", SetLastError = true)]
    public static partial int SynchronizeRange(SafeFileHandle file, long offset, long count, uint flags);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    /// <summary>The handle of a descriptor, or the failure.</summary>
    public static SafeFileHandle Opened(int descriptor, string name) => descriptor < 0 ? throw Failure(name) : new SafeFileHandle(descriptor, ownsHandle: true);

    /// <summary>Whether something was made; false if the name is taken.</summary>
    public static bool Made(int result, string name) => result == 0 || (Errno == Exists ? false : throw Failure(name));

    /// <summary>The last failed call as an exception.</summary>
    public static IOException Failure(string name)
    {
        int error = Errno;
        return new IOException($"{name}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>statx(2); null if there is nothing.</summary>
    public static FileStatus? StatusAt(int directory, string path, int flags)
    {
        Span<byte> buffer = stackalloc byte[StatusBytes];
        fixed (byte* pointer = buffer)
        {
            if (Statx(directory, path, flags, BasicStatus, pointer) != 0)
            {
                return Errno == NoEntry ? null : throw Failure(path);
            }
        }

        int mode = MemoryMarshal.Read<ushort>(buffer[28..]);
        FileKind kind = (mode & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        long seconds = Math.Clamp(MemoryMarshal.Read<long>(buffer[112..]), long.MinValue / NanosecondsPerSecond + 1, long.MaxValue / NanosecondsPerSecond - 1);
        return new FileStatus(
            kind,
            mode & 0xFFF,
            MemoryMarshal.Read<long>(buffer[40..]),
            (seconds * NanosecondsPerSecond) + MemoryMarshal.Read<uint>(buffer[120..]),
            ((ulong)MemoryMarshal.Read<uint>(buffer[136..]) << 32) | MemoryMarshal.Read<uint>(buffer[140..]),
            MemoryMarshal.Read<ulong>(buffer[32..]));
    }

    /// <summary>Sets the time of the last write; the time of the last read stays as it is.</summary>
    public static void SetTimesAt(int directory, string? path, long modifiedNanoseconds, int flags)
    {
        (long seconds, long nanoseconds) = Math.DivRem(modifiedNanoseconds, NanosecondsPerSecond);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsPerSecond);
        }

        long* times = stackalloc long[4] { 0, OmitTime, seconds, nanoseconds };
        int result = path is null ? SetTimes(directory, times) : SetTimesOf(directory, path, times, flags);
        if (result != 0)
        {
            throw Failure(path ?? "its time");
        }
    }

    /// <summary>Where a link leads; null if it cannot be read or is no UTF-8.</summary>
    public static string? LinkAt(int directory, string path)
    {
        Span<byte> buffer = stackalloc byte[LinkBytesMax];
        nint length;
        fixed (byte* pointer = buffer)
        {
            length = ReadLinkAt(directory, path, pointer, (nuint)buffer.Length);
        }

        if (length <= 0 || length >= LinkBytesMax)
        {
            return null;
        }

        try
        {
            return StrictUtf8.GetString(buffer[..(int)length]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimes(int file, long* times);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetTimesOf(int directory, string path, long* times, int flags);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int directory, string path, byte* buffer, nuint length);
}
