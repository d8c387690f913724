using System.Runtime.InteropServices;

namespace Kith.Lab.Harness;

/// <summary>Runs code on a thread of its own that has entered another network namespace. See setns(2).</summary>
internal static partial class NamespaceThread
{
    private const int NewNetwork = 0x40000000;

    /// <summary>Runs <paramref name="action"/> inside the namespace that <paramref name="networkPath"/> names and returns its result.</summary>
    public static Task<T> RunAsync<T>(string networkPath, Func<T> action)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                Enter(networkPath);
                done.SetResult(action());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        {
            // The thread ends with the action: a thread that has changed its namespace must never return to a pool.
            IsBackground = true,
            Name = "lab-namespace",
        };
        thread.Start();
        return done.Task;
    }

    /// <summary>Moves the calling thread, for good, into the namespace.</summary>
    public static void Enter(string networkPath)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(networkPath);
        if (SetNamespace(handle, NewNetwork) != 0)
        {
            throw new LabException($"setns {networkPath}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeHandle descriptor, int kind);
}
