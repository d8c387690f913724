using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kith.Mutants;

/// <summary>One run of a suite with at most one bug on.</summary>
internal static partial class TestRun
{
    /// <summary>Whoever wanted no processor for so long in all, while it got nothing done, waits for what never comes.</summary>
    private static readonly TimeSpan s_stillMax = TimeSpan.FromSeconds(30);

    /// <summary>Less than this is nothing: clocks and collectors tick in a program that stands still, too.</summary>
    private static readonly TimeSpan s_nothing = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it. Its limit is processor time, because other work may have the machine.</summary>
    public static RunResult Run(Places places, Suite suite, IEnumerable<string> arguments, PlantedBug? bug, TimeSpan processorTimeMax)
    {
        string directory = Directory.CreateDirectory(Path.Combine(places.Runs, $"{bug?.Name ?? "none"}.{suite}")).FullName;
        ProcessStartInfo start = new(places.Program(suite)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Patch.Variable] = bug?.Name ?? "";
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(directory, "tmp")).FullName;
        List<string> lines = [];
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Note(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Note(lines, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        (bool hangs, TimeSpan used) = Watch(process, processorTimeMax);
        if (hangs)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        File.WriteAllLines(Path.Combine(directory, "output"), lines);
        Directory.Delete(Path.Combine(directory, "tmp"), recursive: true);
        return Read(suite, lines, process.ExitCode, hangs, used);
    }

    private static void Note(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static (bool Hangs, TimeSpan Used) Watch(Process process, TimeSpan processorTimeMax)
    {
        TimeSpan used = TimeSpan.Zero;
        TimeSpan usedBefore = TimeSpan.Zero;
        TimeSpan still = TimeSpan.Zero;
        while (!process.WaitForExit(s_look))
        {
            try
            {
                process.Refresh();
                used = process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                continue;
            }

            still += WantsProcessor(process.Id) ? TimeSpan.Zero : s_look;
            if (used - usedBefore > s_nothing)
            {
                usedBefore = used;
                still = TimeSpan.Zero;
            }

            if (used > processorTimeMax || still > s_stillMax)
            {
                return (true, used);
            }
        }

        return (false, used);
    }

    // A thread that could run, or that waits for the disk, is not standing still however little it gets.
    private static bool WantsProcessor(int process)
    {
        try
        {
            foreach (string task in Directory.EnumerateDirectories($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/task"))
            {
                string stat = File.ReadAllText(Path.Combine(task, "stat"));
                if (stat[stat.LastIndexOf(')') + 2] is 'R' or 'D')
                {
                    return true;
                }
            }
        }
        catch (IOException)
        {
            // It has ended, or a thread of it.
        }

        return false;
    }

    private static RunResult Read(Suite suite, List<string> lines, int exitCode, bool hangs, TimeSpan used)
    {
        SortedSet<string> failed = new(StringComparer.Ordinal);
        SortedSet<string> finished = new(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            Match match = suite == Suite.Unit ? UnitLine().Match(line) : SimulatorLine().Match(line);
            if (match.Success)
            {
                string name = match.Groups["name"].Value;
                (match.Groups["end"].Value is "FAIL" or "FAILED" ? failed : finished).Add(name);
            }
        }

        finished.ExceptWith(failed);
        return new RunResult(failed, finished, exitCode, hangs, used);
    }

    //     Kith.Tests.Tunnel.ReplayWindowTests.window_is_wide_enough [FINISHED] Time: 0.16s
    [GeneratedRegex(@"^ +Kith\.Tests\.(\w+\.)*(?<name>\w+\.\w+)(\(.*)? \[(?<end>FAIL|FINISHED|SKIP)\]")]
    private static partial Regex UnitLine();

    // passed  same-seed-same-trace     seed 1
    [GeneratedRegex(@"^(?<end>passed|FAILED)  (?<name>\S+) +seed ")]
    private static partial Regex SimulatorLine();
}
