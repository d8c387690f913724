using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Kith.Tunnel.Files;

/// <summary>open(2) and fsync(2): the runtime opens no directories.</summary>
public static partial class DirectoryFlush
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>EINVAL: the file system (some network ones) flushes no directories.</summary>
    private const int InvalidArgument = 22;

    [SupportedOSPlatform("linux")]
    private static void FlushOnLinux(string directory)
    {
        int descriptor = Open(directory, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw Failure(directory, Marshal.GetLastPInvokeError());
        }

        int result = Synchronize(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0 && error != InvalidArgument)
        {
            throw Failure(directory, error);
        }
    }

    private static IOException Failure(string directory, int error) => new($"{directory}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
