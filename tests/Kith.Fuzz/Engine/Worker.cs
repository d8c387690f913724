using Kith.Fuzz.Memory;

namespace Kith.Fuzz.Engine;

/// <summary>What one thread has for all the targets it runs: guarded memory for inputs, and where that is kept for the case that the process ends.</summary>
internal sealed class Worker : IDisposable
{
    private const int InputBytesMax = 128 * 1024;

    public Worker(string? crashDirectory, int number)
    {
        Crash = crashDirectory is null ? null : new CrashFile(crashDirectory, number);
        Memory = new GuardedMemory(InputBytesMax, Crash);
    }

    /// <summary>Where inputs are placed.</summary>
    public GuardedMemory Memory { get; }

    /// <summary>Where the parent process finds the last input; null if there is none.</summary>
    public CrashFile? Crash { get; }

    /// <summary>The system's number of the thread, for its processor time.</summary>
    public int ThreadId { get; set; }

    /// <summary>What runs just now.</summary>
    public FuzzEngine? Running { get; set; }

    public void Dispose() => Crash?.Dispose();
}
