using System.Collections.Concurrent;
using System.Globalization;

namespace Kith.Fuzz;

/// <summary>Runs all targets, prints a table, and ends with a line of counts. Exit code 1 on a failure, 2 on a command line that makes no sense.</summary>
internal static class Program
{
    /// <summary>A target that handles one input for this long hangs.</summary>
    private static readonly TimeSpan s_hangTime = TimeSpan.FromSeconds(60);

    private static int Main(string[] arguments)
    {
        if (FuzzOptions.TryParse(arguments, out string complaint) is not { } options)
        {
            Console.Error.WriteLine(complaint);
            return 2;
        }

        List<IFuzzTarget> targets = [.. FuzzTargets.All().Where(target => target.Name.Contains(options.Target, StringComparison.Ordinal))];
        if (targets.Count == 0)
        {
            Console.Error.WriteLine($"No target is called '{options.Target}'. --list shows all.");
            return 2;
        }

        if (options.List)
        {
            targets.ForEach(target => Console.WriteLine(target.Name));
            return 0;
        }

        return options.Input is { } input ? RunOne(targets, input) : RunAll(targets, options);
    }

    private static int RunOne(List<IFuzzTarget> targets, byte[] input)
    {
        int failed = 0;
        foreach (IFuzzTarget target in targets)
        {
            string? failure = new FuzzEngine(target, 0, 1).RunOne(input);
            failed += failure is null ? 0 : 1;
            Console.WriteLine($"{target.Name}: {failure ?? "all is well"}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{targets.Count - failed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;
    }

    private static int RunAll(List<IFuzzTarget> targets, FuzzOptions options)
    {
        Console.WriteLine($"{"target",-28} {"inputs",10} {"seconds",8} {"inputs/s",10} {"accepted",9} {"bytes/input",12}");
        ConcurrentQueue<IFuzzTarget> waiting = new(targets);
        ConcurrentQueue<FuzzReport> reports = new();
        FuzzEngine?[] running = new FuzzEngine?[options.Threads];
        long heapBytesAtStart = GC.GetTotalMemory(forceFullCollection: true);
        Thread[] threads = [.. Enumerable.Range(0, options.Threads).Select(index => new Thread(() => Work(index)) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        Watch(threads, running);

        if (options.Target.Length == 0)
        {
            foreach (PlantedFault fault in Enum.GetValues<PlantedFault>())
            {
                reports.Enqueue(FindPlanted(fault, options.Seed));
            }
        }

        int failed = reports.Count(report => report.Failure is not null);
        foreach (FuzzReport report in reports.Where(report => report.Failure is not null))
        {
            Console.WriteLine($"FAILED {report.Target}: {report.Failure}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reports.Count - failed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;

        void Work(int index)
        {
            while (waiting.TryDequeue(out IFuzzTarget? target))
            {
                FuzzEngine engine = new(target, options.Seed, options.Inputs);
                Volatile.Write(ref running[index], engine);
                FuzzReport report = engine.Run(heapBytesAtStart);
                Volatile.Write(ref running[index], null);
                Print(report);
                reports.Enqueue(report);
            }
        }
    }

    /// <summary>The engine itself is tried too: a parser with a known fault must fail.</summary>
    private static FuzzReport FindPlanted(PlantedFault fault, ulong seed)
    {
        FuzzReport report = new FuzzEngine(new PlantedTarget(fault), seed, 100_000).Run(GC.GetTotalMemory(forceFullCollection: true));
        return report with { Failure = report.Failure is null ? "the planted fault was not found" : null };
    }

    /// <summary>Waits for the threads; a target that stands still ends the program, for a thread that hangs cannot be stopped.</summary>
    private static void Watch(Thread[] threads, FuzzEngine?[] running)
    {
        Dictionary<FuzzEngine, (long Progress, long Since)> seen = [];
        while (!threads.All(thread => thread.Join(TimeSpan.FromMilliseconds(200))))
        {
            for (int i = 0; i < running.Length; i++)
            {
                if (Volatile.Read(ref running[i]) is not { } engine)
                {
                    continue;
                }

                long progress = engine.Progress;
                if (!seen.TryGetValue(engine, out (long Progress, long Since) last) || last.Progress != progress)
                {
                    seen[engine] = (progress, Environment.TickCount64);
                }
                else if (Environment.TickCount64 - last.Since > s_hangTime.TotalMilliseconds)
                {
                    Console.WriteLine($"FAILED {engine.Name}: hangs. Again: Kith.Fuzz --target {engine.Name} --hex {engine.CurrentHex}");
                    Console.WriteLine("0 passed, 1 failed");
                    Environment.Exit(1);
                }
            }
        }
    }

    private static void Print(FuzzReport report)
    {
        double seconds = Math.Max(report.Seconds, 1e-6);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Target,-28} {report.Inputs,10} {report.Seconds,8:F1} {report.Inputs / seconds,10:F0} {100.0 * report.Accepted / Math.Max(1, report.Inputs),8:F1}% {report.AllocatedBytes / Math.Max(1, report.Inputs),12}{(report.Failure is null ? "" : "  FAILED")}"));
    }
}
