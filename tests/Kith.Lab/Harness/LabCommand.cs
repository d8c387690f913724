using System.Diagnostics;
using System.Text;

namespace Kith.Lab.Harness;

/// <summary>Runs one command to its end, with a time limit that always holds.</summary>
internal static class LabCommand
{
    /// <summary>How long a command may take when a scenario names no limit.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    /// <summary>Time left for the outputs to close once a command is over or was killed.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <summary>Runs <paramref name="arguments"/>[0] with the rest as arguments.</summary>
    public static async Task<LabResult> RunAsync(
        IReadOnlyList<string> arguments,
        string shownAs,
        string? input = null,
        TimeSpan? limit = null)
    {
        TimeSpan allowed = limit ?? DefaultLimit;
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Start(arguments);
        StringBuilder output = new();
        StringBuilder error = new();
        Task outputRead = DrainAsync(process.StandardOutput, output);
        Task errorRead = DrainAsync(process.StandardError, error);
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells why.
        }

        try
        {
            await process.WaitForExitAsync().WaitAsync(allowed);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(OutputGrace);
        }

        TimeSpan elapsed = watch.Elapsed;

        // A grandchild left in the background keeps the pipes open: do not wait for it.
        await Task.WhenAny(Task.WhenAll(outputRead, errorRead), Task.Delay(OutputGrace));
        return new LabResult(shownAs, process.ExitCode, Read(output), Read(error), elapsed);
    }

    /// <summary>The same for set-up code that is not asynchronous; throws if the command fails.</summary>
    public static LabResult Run(IReadOnlyList<string> arguments, string shownAs, string? input = null) =>
        Task.Run(() => RunAsync(arguments, shownAs, input)).GetAwaiter().GetResult().EnsureSuccess();

    /// <summary>Starts a process with all three streams redirected, away from directories that a lab host hides.</summary>
    public static Process Start(IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(arguments[0], arguments.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string name in LabMachine.HiddenVariables)
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = "/run/home";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start) ?? throw new LabException($"cannot start {arguments[0]}");
    }

    private static async Task DrainAsync(StreamReader reader, StringBuilder into)
    {
        char[] buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            lock (into)
            {
                into.Append(buffer, 0, count);
            }
        }
    }

    private static string Read(StringBuilder from)
    {
        lock (from)
        {
            return from.ToString();
        }
    }
}
