using System.Globalization;
using System.Runtime.InteropServices;

namespace Kith.Lab.Harness;

/// <summary>Children and signals of processes, by the numbers of the test run's own process namespace.</summary>
internal static partial class ProcessTree
{
    /// <summary>The first child of a process, or null while it has none.</summary>
    public static int? FirstChildOf(int processId)
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int candidate) && ParentOf(candidate) == processId)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Sends a signal; a process that is already gone is no error.</summary>
    public static void Signal(int processId, LabSignal signal) => _ = Kill(processId, (int)signal);

    private static int? ParentOf(int processId)
    {
        try
        {
            // "pid (name) state parent …"; the name may hold spaces and brackets, so count from its end.
            string line = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
