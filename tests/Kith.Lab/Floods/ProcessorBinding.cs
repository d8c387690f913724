using System.Runtime.InteropServices;

namespace Kith.Lab.Floods;

/// <summary>Binds a thread to one processor, so that a flood's own work stays off the others. See sched_setaffinity(2).</summary>
internal static unsafe partial class ProcessorBinding
{
    private const int MaskBytes = 128;

    /// <summary>Binds the calling thread, for good, to the machine's last processor.</summary>
    public static void BindToLast()
    {
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        int last = Environment.ProcessorCount - 1;
        mask[last / 8] = (byte)(1 << (last % 8));
        _ = SetAffinity(0, MaskBytes, mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int processId, nuint bytes, byte* mask);
}
