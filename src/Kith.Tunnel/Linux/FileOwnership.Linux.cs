using System.Runtime.InteropServices;

namespace Kith.Tunnel.Linux;

/// <summary>Owner, group and mode of files, which the base library shows in part only.</summary>
public static unsafe partial class FileOwnership
{
    private const string LibraryName = "libc";
    private const int AtFdcwd = -100;
    private const uint StatxBasicStats = 0x7FF;

    // struct statx has the same layout on every architecture (statx(2)); 256 bytes in all.
    private const int StatxBytes = 256;
    private const int OffsetOfUid = 20;
    private const int OffsetOfGid = 24;

    /// <summary>Gives one file the owner, group and mode of another. False if this user may not; on other systems than Linux only the mode is copied.</summary>
    public static bool TryCopy(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (OperatingSystem.IsLinux())
        {
            if (!TryGet(from, out uint uid, out uint gid) || !TryGet(to, out uint uidNow, out uint gidNow)
                || ((uid, gid) != (uidNow, gidNow) && Chown(to, uid, gid) != 0))
            {
                return false;
            }
        }

        // After the owner: changing that may take mode bits away.
        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        return true;
    }

    /// <summary>The numbers of a file's owner and group. False if it cannot be looked at.</summary>
    public static bool TryGet(string path, out uint uid, out uint gid)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        int result;
        fixed (byte* pointer = buffer)
        {
            result = Statx(AtFdcwd, path, 0, StatxBasicStats, pointer);
        }

        uid = MemoryMarshal.Read<uint>(buffer[OffsetOfUid..]);
        gid = MemoryMarshal.Read<uint>(buffer[OffsetOfGid..]);
        return result == 0;
    }

    [LibraryImport(LibraryName, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport(LibraryName, EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint uid, uint gid);
}
