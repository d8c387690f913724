using System.Globalization;

namespace Kith.Library.Harness;

/// <summary>What this process holds of the machine. Threads that the runtime keeps for itself, and assemblies it loads when they are first needed, are not counted.</summary>
internal sealed record Footprint(int Threads, int Descriptors, long Timers)
{
    private static readonly string[] RuntimeThreads = [".NET TP", ".NET Timer", ".NET Sockets", ".NET Tiered", ".NET Sig", ".NET File"];

    public static Footprint Take() => new(
        ThreadNames().Count(),
        OpenFiles().Count(),
        Timer.ActiveCount);

    /// <summary>Waits until nothing is above what it was, or gives up; what ends on other threads takes its moment.</summary>
    public static async Task<Footprint> SettleAsync(Footprint before)
    {
        long began = Environment.TickCount64;
        Footprint now;
        do
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50, TestContext.Current.CancellationToken);
            now = Take();
        }
        while ((now.Threads > before.Threads || now.Descriptors > before.Descriptors || now.Timers > before.Timers) && Environment.TickCount64 - began < 20_000);
        return now;
    }

    /// <summary>What is open, for whoever looks for a leak.</summary>
    public static string Describe() => string.Join(
        '\n',
        ThreadNames().Concat(OpenFiles()).GroupBy(name => name).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} x {group.Key}")));

    private static IEnumerable<string> ThreadNames() => Names("/proc/self/task", "comm").Where(name => !RuntimeThreads.Any(known => name.StartsWith(known, StringComparison.Ordinal)));

    private static IEnumerable<string> OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(Target)
        .Where(target => Path.GetExtension(target) is not (".dll" or ".pdb" or ".so" or ".dat"));

    private static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, false)?.ToString() ?? string.Empty;
        }
        catch (IOException)
        {
            return "closed in between";
        }
    }

    private static IEnumerable<string> Names(string directory, string file)
    {
        foreach (string entry in Directory.GetDirectories(directory))
        {
            string name;
            try
            {
                name = File.ReadAllText(Path.Combine(entry, file)).Trim();
            }
            catch (IOException)
            {
                // It ended in between.
                continue;
            }

            yield return name;
        }
    }
}
