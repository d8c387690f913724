using System.Diagnostics;

namespace Kith.Fuzz.Memory;

/// <summary>The processor time of the calling thread: what others do on the machine does not count. Elsewhere than on Linux the wall clock has to do.</summary>
internal static unsafe class ThreadTime
{
    /// <summary>Seconds so far.</summary>
    public static double Seconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return Stopwatch.GetElapsedTime(0).TotalSeconds;
            }

            long* time = stackalloc long[2];
            _ = Native.GetTime(Native.ThreadProcessorClock, time);
            return time[0] + (time[1] * 1e-9);
        }
    }
}
