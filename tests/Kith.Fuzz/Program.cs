using System.Globalization;
using Kith.Fuzz.Engine;
using Kith.Fuzz.Memory;

namespace Kith.Fuzz;

/// <summary>Runs all targets, prints a table, and ends with a line of counts. Exit code 1 on a failure, 2 on a command line that makes no sense.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (FuzzOptions.TryParse(arguments, out string complaint) is not { } options)
        {
            Console.Error.WriteLine(complaint);
            return 2;
        }

        List<IFuzzTarget> targets = [.. FuzzTargets.All().Where(target => target.Name.Contains(options.Target, StringComparison.Ordinal))];
        if (options.List)
        {
            targets.ForEach(target => Console.WriteLine(target.Name));
            return 0;
        }

        // Whoever reads where nothing may be read ends the process, so the work is done in another one that is watched from here.
        if (CrashGuard.IsParent)
        {
            return CrashGuard.Watch(arguments);
        }

        CrashGuard.EndWithParent();
        return options.ReadsBehind ? OverRead.Run() : Run(targets, options);
    }

    private static int Run(List<IFuzzTarget> targets, FuzzOptions options)
    {
        if (options.Input is not null || options.Replay.Length > 0)
        {
            return targets.Count == 0 ? NoTarget(options) : RunOnly(targets, options);
        }

        List<SelfCheck> checks = [.. SelfCheck.All().Where(check => check.Name.Contains(options.Target, StringComparison.Ordinal))];
        if (targets.Count + checks.Count == 0)
        {
            return NoTarget(options);
        }

        if (options.Learn.Length > 0)
        {
            checks.Clear();
        }

        List<(string Name, string? Failure)> outcomes = [.. new FuzzRun(targets, options).Run().Select(static report => (report.Target, report.Failure))];
        outcomes.AddRange(checks.Select(static check => (check.Name, check.Run())));
        return Finish(outcomes);
    }

    private static int RunOnly(List<IFuzzTarget> targets, FuzzOptions options)
    {
        byte[][] inputs = options.Input is { } input ? [input] : [.. FuzzCorpus.ReadRecent(options.Replay)];
        List<(string Name, string? Failure)> outcomes = [];
        using Worker worker = new(CrashGuard.Directory, 0);
        foreach (IFuzzTarget target in targets)
        {
            string? failure = new FuzzEngine(target, options.Seed, new FuzzLimits(1, double.PositiveInfinity, false)).RunOnly(worker, inputs);
            Console.WriteLine($"{target.Name}: {failure ?? "all is well"}");
            outcomes.Add((target.Name, failure));
        }

        return Finish(outcomes);
    }

    private static int NoTarget(FuzzOptions options)
    {
        Console.Error.WriteLine($"No target is called '{options.Target}'. --list shows all.");
        return 2;
    }

    private static int Finish(List<(string Name, string? Failure)> outcomes)
    {
        foreach ((string name, string? failure) in outcomes.Where(static outcome => outcome.Failure is not null))
        {
            Console.WriteLine($"FAILED {name}: {failure}");
        }

        int failed = outcomes.Count(static outcome => outcome.Failure is not null);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcomes.Count - failed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;
    }
}
