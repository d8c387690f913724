using Kith.Fuzz.Coverage;
using Kith.Fuzz.Engine;
using Kith.Fuzz.Memory;
using Kith.Fuzz.Silence;

namespace Kith.Fuzz;

/// <summary>What is looked at beside the targets: the fuzzer itself, and whether anything lacks a target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Run">Looks; returns what is wrong, or null.</param>
internal sealed record SelfCheck(string Name, Func<string?> Run)
{
    private const long PlantedInputs = 100_000;

    public static IEnumerable<SelfCheck> All()
    {
        foreach (PlantedFault fault in Enum.GetValues<PlantedFault>())
        {
            yield return new SelfCheck($"planted-{fault}", () => FindPlanted(fault));
        }

        if (OperatingSystem.IsLinux())
        {
            yield return new SelfCheck("planted-ReadsBehind", CrashGuard.FindOverRead);
        }

        yield return new SelfCheck("coverage", CoverageCheck.Run);
        yield return new SelfCheck("silence-planted", SilencePlanted.Run);
        yield return Silence("silence-core", "the core", useDht: false, usePath: false);
        yield return Silence("silence-core-dht", "the core with the DHT", useDht: true, usePath: false);
        yield return Silence("silence-path", "packet path and core", useDht: false, usePath: true);
        yield return Silence("silence-path-dht", "packet path and core with the DHT", useDht: true, usePath: true);
    }

    private static SelfCheck Silence(string name, string words, bool useDht, bool usePath) => new(name, () =>
    {
        SilenceRun run = new(words, useDht, usePath);
        string? failure = run.Run();
        foreach (string line in run.Lines)
        {
            Console.WriteLine("measured: " + line);
        }

        return failure;
    });

    /// <summary>A parser with a known fault must fail.</summary>
    private static string? FindPlanted(PlantedFault fault)
    {
        using Worker worker = new(null, 0);
        FuzzEngine engine = new(new PlantedTarget(fault), 5484, new FuzzLimits(PlantedInputs, double.PositiveInfinity, false));
        engine.Run(worker, double.PositiveInfinity);
        return engine.Report(GC.GetTotalMemory(forceFullCollection: true)).Failure is null ? "the planted fault was not found" : null;
    }
}
