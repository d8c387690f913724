using System.Diagnostics;
using System.Globalization;
using Kith.Fuzz.Memory;

namespace Kith.Fuzz;

/// <summary>Runs the program a second time and watches it: a read outside of the input ends that one, and this one says which input did it.</summary>
internal static class CrashGuard
{
    private const string Variable = "KITH_FUZZ_CRASHES";
    private const int WorkersMax = 2;

    /// <summary>Whether this process is the one that watches.</summary>
    public static bool IsParent => OperatingSystem.IsLinux() && Directory is null;

    /// <summary>Where workers leave their inputs; null for nowhere.</summary>
    public static string? Directory => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Runs the program with the same arguments; returns its exit code, or 1 and a line for each worker if it was ended by what it read.</summary>
    public static int Watch(string[] arguments)
    {
        (int code, IReadOnlyList<string> lines) = Run(arguments, quiet: false);
        if (lines.Count > 0)
        {
            foreach (string line in lines)
            {
                Console.WriteLine(line);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"0 passed, {lines.Count} failed"));
        }

        return code;
    }

    /// <summary>The input that a worker of this process deals with.</summary>
    public static string InputOf(int worker) =>
        Directory is { } directory && CrashFile.Read(directory, worker) is { } found ? Convert.ToHexStringLower(found.Input) : "(unknown)";

    /// <summary>Sees to it that this process does not outlive the one that watches it.</summary>
    public static void EndWithParent()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Native.Control(Native.SignalOnParentsDeath, Native.SignalKill);
        }
    }

    /// <summary>A process that reads behind its input must end, and its input be found; null if so.</summary>
    public static string? FindOverRead()
    {
        (int code, IReadOnlyList<string> lines) = Run(["--planted-over-read"], quiet: true);
        return code is 0 or 2 ? "a read behind the input went unnoticed"
            : lines.Any(static line => line.Contains(OverRead.InputHex, StringComparison.Ordinal)) ? null
            : "the input that read too far was not found again";
    }

    private static (int Code, IReadOnlyList<string> Lines) Run(string[] arguments, bool quiet)
    {
        string directory = Path.Combine(System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), Path.GetRandomFileName());
        System.IO.Directory.CreateDirectory(directory);
        try
        {
            ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardError = quiet, RedirectStandardOutput = quiet };
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment[Variable] = directory;
            using Process process = Process.Start(start)!;
            if (quiet)
            {
                process.ErrorDataReceived += static (_, _) => { };
                process.BeginErrorReadLine();
                process.StandardOutput.ReadToEnd();
            }

            process.WaitForExit();
            return (process.ExitCode, process.ExitCode is 0 or 1 or 2 ? [] : Describe(directory, process.ExitCode));
        }
        finally
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    private static List<string> Describe(string directory, int code)
    {
        List<string> lines = [];
        for (int worker = 0; worker < WorkersMax; worker++)
        {
            if (CrashFile.Read(directory, worker) is { } found)
            {
                string hex = Convert.ToHexStringLower(found.Input);
                lines.Add($"FAILED {found.Target}: the process ended with code {code}, maybe by a read outside of this input. Again: Kith.Fuzz --target {found.Target} --hex {hex}");
            }
        }

        return lines.Count > 0 ? lines : [$"FAILED: the process ended with code {code}"];
    }
}
