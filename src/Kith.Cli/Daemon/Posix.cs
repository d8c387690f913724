using System.Runtime.InteropServices;

namespace Kith.Cli.Daemon;

/// <summary>The few calls of POSIX that a daemon needs and .NET does not offer. Each does nothing on a system that has no such call.</summary>
internal static class Posix
{
    private const int SetDumpable = 4;
    private const uint OwnerReadWriteOnly = 0x7F; // octal 0177

    /// <summary>Makes new files and sockets of this process private until the result is disposed. Concerns every thread.</summary>
    public static IDisposable RestrictUmask() => new UmaskScope();

    /// <summary>Leaves the terminal and the session of the starter, so that closing the terminal does not end this process.</summary>
    public static void StartSession()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = setsid();
        }
    }

    /// <summary>Puts an open file in the place of a standard stream.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="standardDescriptor">0, 1 or 2.</param>
    public static void ReplaceStandardStream(SafeHandle file, int standardDescriptor)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = dup2((int)file.DangerousGetHandle(), standardDescriptor);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint umask(uint mask);

    /// <summary>
    /// No core dump of this process is written, and no other process of its user may read its memory (prctl(2): PR_SET_DUMPABLE): it holds private keys. For whoever looks for a
    /// fault in Kith, the variable KITH_DUMP=1 leaves it as it was.
    /// </summary>
    public static void ForbidDumps(string? exception)
    {
        if (OperatingSystem.IsLinux() && exception != "1")
        {
            _ = prctl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint value2, nuint value3, nuint value4, nuint value5);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setsid();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup2(int from, int to);

    private sealed class UmaskScope : IDisposable
    {
        private readonly uint _before = OperatingSystem.IsWindows() ? 0 : umask(OwnerReadWriteOnly);

        public void Dispose()
        {
            if (!OperatingSystem.IsWindows())
            {
                _ = umask(_before);
            }
        }
    }
}
