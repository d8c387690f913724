using System.Diagnostics;
using System.Globalization;
using Kith.Simulator.Checks;
using Kith.Simulator.Drawing;
using Kith.Simulator.Swarm;

namespace Kith.Simulator;

/// <summary>One check with one seed, and what is to be said of it.</summary>
internal sealed class SeedRun(ISimCheck check, ulong seed, SimOptions options)
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);

    /// <summary>What is to be printed.</summary>
    public string Output => _output.ToString();

    /// <summary>Whether it passed.</summary>
    public bool Passed { get; private set; }

    /// <summary>The time that went by in its world.</summary>
    public TimeSpan Simulated { get; private set; }

    /// <summary>Runs it; a failure is told with what led to it.</summary>
    public void Run()
    {
        long started = Stopwatch.GetTimestamp();
        using Simulation simulation = new(seed, options.Log ? Console.Out : null);
        simulation.Diagram = options.Trace ? new PacketDiagram(Console.Out, simulation) : null;
        Exception? failure = Try(simulation, options.Without);
        Simulated = simulation.Clock.Elapsed;
        Passed = failure is null;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(Passed ? "passed" : "FAILED")}  {check.Name,-44} seed {seed,-6} {Simulated.TotalSeconds,8:F1} s simulated in {Stopwatch.GetElapsedTime(started).TotalSeconds,5:F1} s, {simulation.Trace.Count} events, trace {simulation.Trace.Hash[..12]}"));
        if (failure is not null)
        {
            Explain(simulation, failure);
        }
    }

    private Exception? Try(Simulation simulation, IReadOnlySet<SwarmFault> without)
    {
        try
        {
            check.Run(simulation, without);
            return null;
        }
#pragma warning disable CA1031 // Whatever goes wrong in a world is what is looked for here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    private void Explain(Simulation simulation, Exception failure)
    {
        if (!options.Trace && !options.Log)
        {
            foreach (string line in LastOfDiagram(simulation.Trace.Hash))
            {
                _output.WriteLine($"    {line}");
            }
        }

        _output.WriteLine($"    {(failure is SimFailure ? failure.Message : failure)}");
        if (check.DescribeFaults(seed, options.Without) is { } faults)
        {
            _output.WriteLine($"    faults: {faults}");
            if (options.Shrink)
            {
                _output.WriteLine($"    fewest faults with which it fails: {check.DescribeFaults(seed, Shrink())}");
            }
        }

        string without = options.Without.Count > 0 ? $" --without {string.Join(',', options.Without)}" : "";
        _output.WriteLine($"    again: Kith.Simulator {check.Name} --seed {seed}{without} --trace");
    }

    // The same again, now drawn; what led to the failure is at its end.
    private IEnumerable<string> LastOfDiagram(string hash)
    {
        using LastLines lines = new(SimTrace.LinesMax);
        using Simulation again = new(seed);
        again.Diagram = new PacketDiagram(lines, again);
        Try(again, options.Without);
        return again.Trace.Hash == hash ? lines.Lines : lines.Lines.Append("(a second run of this seed went another way: the world does not follow from the seed)");
    }

    // One after the other is left out, for as long as it still fails.
    private HashSet<SwarmFault> Shrink()
    {
        HashSet<SwarmFault> without = [.. options.Without];
        foreach (SwarmFault fault in Enum.GetValues<SwarmFault>())
        {
            if (without.Contains(fault))
            {
                continue;
            }

            HashSet<SwarmFault> fewer = [.. without, fault];
            using Simulation simulation = new(seed);
            without = Try(simulation, fewer) is null ? without : fewer;
        }

        return without;
    }
}
