using System.Globalization;
using Kith.Fuzz.Engine;

namespace Kith.Fuzz;

/// <summary>
/// Waits for threads; a target that stands still ends the program, for a thread that hangs cannot be stopped. A hang is processor time without an end, or sleep: on a busy machine a
/// thread may get no turn for minutes, so the wall clock says nothing.
/// </summary>
internal sealed class HangWatch(Worker[] workers)
{
    private const double SecondsMax = 60;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly (FuzzEngine? Engine, long Progress, double Seconds, int Asleep)[] _seen = new (FuzzEngine?, long, double, int)[workers.Length];

    /// <summary>Returns when all have ended.</summary>
    public void Wait(Thread[] threads)
    {
        while (!threads.All(static thread => thread.Join(Interval)))
        {
            for (int i = 0; i < workers.Length; i++)
            {
                Look(i);
            }
        }
    }

    private void Look(int index)
    {
        if (workers[index].Running is not { } engine)
        {
            return;
        }

        (double seconds, bool isAsleep) = Read(workers[index].ThreadId);
        ref (FuzzEngine? Engine, long Progress, double Seconds, int Asleep) seen = ref _seen[index];
        long progress = engine.Progress;
        if (seen.Engine != engine || seen.Progress != progress)
        {
            seen = (engine, progress, seconds, 0);
            return;
        }

        seen.Asleep = isAsleep ? seen.Asleep + 1 : 0;
        if (seconds - seen.Seconds > SecondsMax || seen.Asleep * Interval.TotalSeconds > SecondsMax)
        {
            Console.WriteLine($"FAILED {engine.Name}: hangs. Again: Kith.Fuzz --target {engine.Name} --hex {CrashGuard.InputOf(index)}");
            Console.WriteLine("0 passed, 1 failed");
            Environment.Exit(1);
        }
    }

    // The third field of stat is the state, the fourteenth and fifteenth are processor time in hundredths of a second.
    private static (double Seconds, bool IsAsleep) Read(int thread)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/self/task/{thread}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            return (ticks / 100, fields[0] == "S");
        }
        catch (IOException)
        {
            return default;
        }
    }
}
