using System.Runtime.InteropServices;

namespace Kith.Fuzz.Memory;

/// <summary>The system's calls that the runtime does not offer (Linux). All return −1 on failure.</summary>
internal static unsafe partial class Native
{
    public const int ProtectNone = 0;
    public const int ProtectReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapFixed = 0x10;
    public const int MapAnonymous = 0x20;
    public const int ThreadProcessorClock = 3;
    public const int SignalOnParentsDeath = 1;
    public const int SignalKill = 9;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int GetTime(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int Control(int option, nint value);
}
