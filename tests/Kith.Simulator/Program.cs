using System.Diagnostics;
using System.Globalization;
using Kith.Simulator.Checks;

namespace Kith.Simulator;

/// <summary>Runs the checks, each with every seed, and ends with a line of counts. Exit code 1 on a failure, 2 on a command line that makes no sense.</summary>
internal static class Program
{
    private const int ThreadsMax = 2;

    private static int Main(string[] arguments)
    {
        if (SimOptions.TryParse(arguments) is not { } options)
        {
            Console.Error.WriteLine(SimOptions.Usage);
            return 2;
        }

        if (options.TraceHash is { } seed)
        {
            Console.WriteLine(SameSeedSameTrace.HashOf(seed));
            return 0;
        }

        List<ISimCheck> checks = [.. FindChecks().Where(check => check.Name.Contains(options.Check, StringComparison.Ordinal))];
        if (checks.Count == 0)
        {
            Console.Error.WriteLine($"No check is called '{options.Check}'. --list shows all.");
            return 2;
        }

        if (options.List)
        {
            checks.ForEach(check => Console.WriteLine(check.Name));
            return 0;
        }

        int passed = 0;
        int failed = 0;
        TimeSpan simulated = TimeSpan.Zero;
        long started = Stopwatch.GetTimestamp();
        foreach (ISimCheck check in checks)
        {
            foreach (SeedRun run in RunAll(check, options))
            {
                Console.Write(run.Output);
                passed += run.Passed ? 1 : 0;
                failed += run.Passed ? 0 : 1;
                simulated += run.Simulated;
            }

            foreach (string line in check.Measured)
            {
                Console.WriteLine($"measured: {line}");
            }
        }

        double minutes = Math.Max(Stopwatch.GetElapsedTime(started).TotalMinutes, 1e-6);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"measured: {simulated.TotalHours:F1} hours simulated in {minutes * 60:F0} s ({Environment.CpuUsage.TotalTime.TotalSeconds:F0} s of processor): {simulated.TotalHours / minutes:F1} hours a minute"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;
    }

    private static IEnumerable<ISimCheck> FindChecks() => typeof(Program).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(ISimCheck)) && type.GetConstructor(Type.EmptyTypes) is not null)
        .Select(type => (ISimCheck)Activator.CreateInstance(type)!)
        .OrderBy(check => check.Name, StringComparer.Ordinal);

    // Worlds know nothing of each other: where the check allows it two run at a time, and are told of in order.
    private static ParallelQuery<SeedRun> RunAll(ISimCheck check, SimOptions options)
    {
        int threads = check.IsParallel && !options.Trace && !options.Log ? Math.Min(ThreadsMax, Environment.ProcessorCount) : 1;
        return options.SeedsFor(check)
            .Select(seed => new SeedRun(check, seed, options))
            .AsParallel().AsOrdered().WithDegreeOfParallelism(threads).WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .Select(run =>
            {
                run.Run();
                return run;
            });
    }
}
