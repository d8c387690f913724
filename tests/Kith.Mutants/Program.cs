using System.Globalization;

namespace Kith.Mutants;

/// <summary>
/// Plants bugs one at a time and shows which test catches which. The last line is a line of counts; exit code 1 if the list does not fit the sources, if the tests fail
/// without a bug, or if more bugs survive than may.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (Options.TryParse(arguments) is not { } options)
        {
            Console.Error.WriteLine(Options.Usage);
            return 2;
        }

        PlantedBug[] bugs = [.. BugList.All.Where(bug => bug.Name.Contains(options.Only, StringComparison.Ordinal))];
        if (options.Lists || bugs.Length == 0)
        {
            Console.WriteLine(bugs.Length == 0 ? $"No bug is called '{options.Only}'. --list shows all." : string.Join(Environment.NewLine, bugs.Select(static bug => $"{bug.Name}: {bug.Meaning}")));
            return bugs.Length == 0 ? 2 : 0;
        }

        Places places = Places.Find();
        int passed = 0;
        int failed = 0;
        try
        {
            PatchedBuild build = new(places, BugList.All);
            build.WriteTree();
            if (options.Checks)
            {
                Console.WriteLine($"{BugList.All.Count} passed, 0 failed");
                return 0;
            }

            build.Make();
        }
        catch (Exception error) when (error is MovedSourceException or InvalidOperationException)
        {
            Console.WriteLine($"FAILED  {error.Message}");
            Console.WriteLine("0 passed, 1 failed");
            return 1;
        }

        IReadOnlyList<string> traces = ProductionCheck.FindTraces(places);
        Count("what users get has no planted bug in it", traces.Select(static trace => $"{trace} has"));
        Hunt hunt = new(places, options);
        Count("without a bug the tests pass", hunt.RunWithout(bugs));
        List<Outcome> outcomes = [];
        foreach (PlantedBug bug in bugs)
        {
            Outcome outcome = hunt.Run(bug);
            outcomes.Add(outcome);
            string by = outcome.IsCaught ? string.Join(", ", outcome.Catches) : "NOTHING";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(outcome.IsCaught ? "caught  " : "SURVIVED")}  {bug.Name} ({outcome.Used.TotalSeconds:F1} s) by {by}"));
        }

        int caught = outcomes.Count(static outcome => outcome.IsCaught);
        int bar = BugList.BarFor(bugs.Length);
        passed += caught;
        failed += caught < bar ? bugs.Length - caught : 0;
        double seconds = outcomes.Sum(static outcome => outcome.Used.TotalSeconds) + hunt.UsedWithout.TotalSeconds;
        Console.WriteLine($"measured: mutants: {caught} of {bugs.Length} caught (bar: {bar})");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured: mutants: {seconds:F0} s of processor time without the build"));
        if (options.WritesPage)
        {
            Page.Write(places, outcomes);
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;

        void Count(string what, IEnumerable<string> problems)
        {
            string[] found = [.. problems];
            passed += found.Length == 0 ? 1 : 0;
            failed += found.Length == 0 ? 0 : 1;
            Console.WriteLine($"{(found.Length == 0 ? "passed" : "FAILED")}    {what}");
            foreach (string problem in found)
            {
                Console.WriteLine($"    {problem}");
            }
        }
    }
}
