using System.Diagnostics;
using System.Globalization;

namespace Kith.Endurance;

/// <summary>
/// Runs the checks one after the other, alone in their process, so that the heap is theirs; an argument picks those whose name contains it. Exit code 1 on a failure, 2 if no check
/// has that name.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        string wanted = arguments.Length > 0 ? arguments[0] : "";
        List<IEnduranceCheck> checks = [.. typeof(Program).Assembly.GetTypes()
            .Where(static type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IEnduranceCheck)))
            .Select(static type => (IEnduranceCheck)Activator.CreateInstance(type)!)
            .Where(check => check.Name.Contains(wanted, StringComparison.Ordinal))
            .OrderBy(static check => check.Name, StringComparer.Ordinal)];
        if (checks.Count == 0)
        {
            Console.Error.WriteLine($"No check is called '{wanted}'.");
            return 2;
        }

        int failed = checks.Count(static check => !Passes(check));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{checks.Count - failed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;
    }

    private static bool Passes(IEnduranceCheck check)
    {
        long started = Stopwatch.GetTimestamp();
        string verdict = "passed";
        try
        {
            foreach (string line in check.Run())
            {
                Console.WriteLine($"measured: {line}");
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            verdict = "FAILED";
            Console.WriteLine($"    {(exception is EnduranceException ? exception.Message : exception)}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict}  {check.Name} in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        return verdict == "passed";
    }
}
