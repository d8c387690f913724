using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kith.Lab.Harness;

/// <summary>A program that keeps running in a host while the scenario goes on. Its output is kept, for the scenario and for the report.</summary>
internal sealed class LabProcess : IDisposable
{
    /// <summary>Lines kept of one process; older ones are dropped.</summary>
    public const int LinesMax = 20_000;

    private readonly Process _process;
    private readonly Queue<(TimeSpan At, string Text)> _lines = new();
    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;
    private bool _disposed;

    public LabProcess(LabNamespace space, string commandLine)
    {
        CommandLine = commandLine;
        _process = LabCommand.Start(space.Enter("sh", "-c", $"exec {commandLine}"));
        _process.StandardInput.Close();
        Task output = CaptureAsync(_process.StandardOutput);
        Task error = CaptureAsync(_process.StandardError);
        Exited = WatchAsync(output, error);
    }

    /// <summary>The command as it was given.</summary>
    public string CommandLine { get; }

    /// <summary>Completes with the exit code (128 + signal number if a signal ended it) once both outputs are read.</summary>
    public Task<int> Exited { get; }

    /// <summary>True until the program has ended.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>The program's process, as the test run sees it; null once it has ended.</summary>
    public int? ProcessId
    {
        get
        {
            // nsenter forks once it is inside; a scenario can be quicker than that.
            while (!_process.HasExited)
            {
                if (ProcessTree.FirstChildOf(_process.Id) is int child)
                {
                    return child;
                }

                Thread.Sleep(1);
            }

            return null;
        }
    }

    /// <summary>Both outputs so far, in the order in which they came.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines.Select(line => line.Text));
            }
        }
    }

    /// <summary>The last lines with the seconds since the start before each, for a failed scenario's report.</summary>
    public string Report(int linesMax)
    {
        lock (_gate)
        {
            IEnumerable<string> shown = _lines.TakeLast(linesMax)
                .Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.At.TotalSeconds,9:0.000} {line.Text}"));
            return string.Join('\n', shown);
        }
    }

    /// <summary>Waits for a line, past or future, that matches.</summary>
    public async Task<string> WaitForLineAsync(string pattern, TimeSpan limit)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            Task next;
            lock (_gate)
            {
                string? found = _lines.Select(line => line.Text).FirstOrDefault(line => Regex.IsMatch(line, pattern));
                if (found is not null)
                {
                    return found;
                }

                if (_ended)
                {
                    throw new LabException($"`{CommandLine}` ended without a line like /{pattern}/:\n{Output}");
                }

                next = _more.Task;
            }

            try
            {
                await next.WaitAsync(limit - waited.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            }
            catch (TimeoutException)
            {
                throw new LabException($"`{CommandLine}` printed no line like /{pattern}/ in {limit.TotalSeconds} s:\n{Output}");
            }
        }
    }

    /// <summary>Sends a signal to the program.</summary>
    public void Signal(LabSignal signal)
    {
        if (ProcessId is int target)
        {
            ProcessTree.Signal(target, signal);
        }
    }

    /// <summary>Waits for the end; throws if it does not come in time.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        try
        {
            return await Exited.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new LabException($"`{CommandLine}` still runs after {limit.TotalSeconds} s:\n{Output}");
        }
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task<int> StopAsync(LabSignal signal = LabSignal.Terminate, TimeSpan? limit = null)
    {
        Signal(signal);
        return await WaitForExitAsync(limit ?? LabCommand.DefaultLimit);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            Signal(LabSignal.Kill);
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task CaptureAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is string line)
        {
            lock (_gate)
            {
                _lines.Enqueue((_watch.Elapsed, line));
                if (_lines.Count > LinesMax)
                {
                    _lines.Dequeue();
                }

                Wake();
            }
        }
    }

    private async Task<int> WatchAsync(Task output, Task error)
    {
        await _process.WaitForExitAsync();

        // A child that went on in the background keeps the pipes open.
        await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(TimeSpan.FromSeconds(2)));
        int code = _process.ExitCode;
        lock (_gate)
        {
            _ended = true;
            Wake();
        }

        return code;
    }

    private void Wake()
    {
        _more.TrySetResult();
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
