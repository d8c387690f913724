using System.Diagnostics;
using System.Globalization;
using Kith.Simulator.Checks;

namespace Kith.Simulator;

/// <summary>Runs the checks, each with every seed, and ends with a line of counts. Exit code 1 on a failure, 2 on a command line that makes no sense.</summary>
internal static class Program
{
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
            foreach (ulong number in options.SeedsFor(check))
            {
                bool ok = Run(check, number, options.Trace, ref simulated);
                passed += ok ? 1 : 0;
                failed += ok ? 0 : 1;
            }

            foreach (string line in check.Measured)
            {
                Console.WriteLine($"measured: {line}");
            }
        }

        double minutes = Math.Max(Stopwatch.GetElapsedTime(started).TotalMinutes, 1e-6);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"measured: {simulated.TotalHours:F1} hours simulated in {minutes * 60:F0} s: {simulated.TotalHours / minutes:F1} hours a minute"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;
    }

    private static IEnumerable<ISimCheck> FindChecks() => typeof(Program).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(ISimCheck)) && type.GetConstructor(Type.EmptyTypes) is not null)
        .Select(type => (ISimCheck)Activator.CreateInstance(type)!)
        .OrderBy(check => check.Name, StringComparer.Ordinal);

    private static bool Run(ISimCheck check, ulong seed, bool trace, ref TimeSpan simulated)
    {
        long started = Stopwatch.GetTimestamp();
        using Simulation simulation = new(seed, trace);
        Exception? failure = null;
        try
        {
            check.Run(simulation);
        }
#pragma warning disable CA1031 // Whatever goes wrong in a world is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        simulated += simulation.Clock.Elapsed;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(failure is null ? "passed" : "FAILED")}  {check.Name,-44} seed {seed,-6} {simulation.Clock.Elapsed.TotalSeconds,8:F1} s simulated in {seconds,5:F1} s, {simulation.Trace.Count} events, trace {simulation.Trace.Hash[..12]}"));
        if (failure is not null)
        {
            foreach (string line in simulation.Trace.Lines)
            {
                Console.WriteLine($"    {line}");
            }

            Console.WriteLine($"    {(failure is SimFailure ? failure.Message : failure)}");
            Console.WriteLine($"    again: Kith.Simulator {check.Name} --seed {seed} --trace");
        }

        return failure is null;
    }
}
