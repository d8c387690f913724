using System.Globalization;

namespace Kith.Lab.Floods;

/// <summary>What a process holds of the machine's memory, in bytes; see proc_pid_status(5).</summary>
/// <param name="Resident">All that is resident.</param>
/// <param name="Heap">Of it what is no file's and nobody else's: the heaps, the managed one and the others.</param>
internal readonly record struct ProcessMemory(long Resident, long Heap)
{
    /// <summary>Looks.</summary>
    public static ProcessMemory Of(int processId)
    {
        string[] lines = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMemory(Read(lines, "VmRSS:"), Read(lines, "RssAnon:"));
    }

    private static long Read(string[] lines, string name) =>
        long.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
}
