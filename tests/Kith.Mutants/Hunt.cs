namespace Kith.Mutants;

/// <summary>Turns one bug on after the other and lets the tests look for it.</summary>
internal sealed class Hunt(Places places, Options options)
{
    private const int LongSeeds = 2;

    private static readonly TimeSpan s_shortMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longMax = TimeSpan.FromSeconds(900);
    private readonly HashSet<string> _failsAnyway = [];

    /// <summary>Processor time of the runs without a bug.</summary>
    public TimeSpan UsedWithout { get; private set; }

    /// <summary>Runs all catchers without a bug. What says why the list is wrong, empty if it is right.</summary>
    public IReadOnlyList<string> RunWithout(IReadOnlyList<PlantedBug> bugs)
    {
        List<string> wrong = [];
        Catcher[] catchers = [.. bugs.SelectMany(static bug => bug.Catchers).Distinct()];
        foreach (Suite suite in Enum.GetValues<Suite>())
        {
            foreach (string[] arguments in ArgumentsFor(suite, [.. catchers.Where(catcher => catcher.Suite == suite)]))
            {
                RunResult result = TestRun.Run(places, suite, arguments, null, s_longMax);
                UsedWithout += result.Used;
                if (!result.IsClean)
                {
                    // A machine that is busy with other things may be late for some.
                    result = TestRun.Run(places, suite, arguments, null, s_longMax);
                    UsedWithout += result.Used;
                }

                _failsAnyway.UnionWith(result.Failed);
                bool mayFail = Options.IsLong || options.Wide is not null;
                if (!result.IsClean && !mayFail)
                {
                    wrong.Add($"without a bug {string.Join(", ", result.Catches.DefaultIfEmpty($"the tests end with exit code {result.ExitCode}"))}");
                }

                if (!mayFail)
                {
                    wrong.AddRange(catchers.Where(catcher => catcher.Suite == suite && suite == Suite.Unit && !result.Passed.Contains(catcher.Filter))
                        .Select(static catcher => $"there is no test {catcher.Filter}"));
                }
            }
        }

        return wrong;
    }

    /// <summary>Runs what is to catch a bug.</summary>
    public Outcome Run(PlantedBug bug)
    {
        SortedSet<string> catches = new(StringComparer.Ordinal);
        TimeSpan used = TimeSpan.Zero;
        foreach (Suite suite in Enum.GetValues<Suite>())
        {
            foreach (string[] arguments in ArgumentsFor(suite, [.. bug.Catchers.Where(catcher => catcher.Suite == suite)]))
            {
                RunResult result = TestRun.Run(places, suite, arguments, bug, Options.IsLong ? s_longMax : s_shortMax);
                used += result.Used;
                catches.UnionWith(result.Catches.Except(_failsAnyway).Select(name => suite == Suite.Simulator ? $"simulator: {name}" : name));
            }
        }

        return new Outcome(bug, [.. catches], used);
    }

    private IEnumerable<string[]> ArgumentsFor(Suite suite, Catcher[] catchers)
    {
        string[] unit = ["-noColor", "-noLogo", "-reporter", "verbose"];
        if (options.Wide is { } wide)
        {
            return suite == Suite.Unit ? [[.. unit, "-method", wide]] : [];
        }

        if (Options.IsLong)
        {
            return suite == Suite.Unit ? [unit] : [["--seeds", LongSeeds.ToString(System.Globalization.CultureInfo.InvariantCulture)]];
        }

        return suite == Suite.Simulator ? catchers.Select(static catcher => (string[])[catcher.Filter, "--seeds", catcher.Seeds.ToString(System.Globalization.CultureInfo.InvariantCulture)])
            : catchers.Length == 0 ? []
            : [[.. unit, .. catchers.SelectMany(static catcher => (string[])["-method", "*." + catcher.Filter])]];
    }
}
