using System.Collections.Concurrent;
using System.Globalization;
using Kith.Fuzz.Engine;
using Kith.Fuzz.Memory;

namespace Kith.Fuzz;

/// <summary>
/// Runs all targets on a few threads within the processor time there is: each gets an equal share first; what is left goes to those that need least to reach the
/// number.
/// </summary>
internal sealed class FuzzRun(IReadOnlyList<IFuzzTarget> targets, FuzzOptions options)
{
    // The rest is for those that are nearly there.
    private const double EqualPart = 0.6;

    private readonly FuzzLimits _limits = options.ToLimits();
    private readonly Worker[] _workers = [.. Enumerable.Range(0, options.Threads).Select(static number => new Worker(CrashGuard.Directory, number))];
    private readonly Lock _lock = new();
    private double _secondsLeft;

    /// <summary>Runs them and prints a line for each, and what was measured.</summary>
    public IReadOnlyList<FuzzReport> Run()
    {
        if (targets.Count == 0)
        {
            return [];
        }

        Console.WriteLine($"{"target",-28} {"inputs",10} {"seconds",8} {"inputs/s",10} {"accepted",9} {"outcomes",8} {"bytes/input",12} {"at most",9}");
        long heapBytesAtStart = GC.GetTotalMemory(forceFullCollection: true);
        _secondsLeft = _limits.Seconds;
        FuzzEngine[] engines = new FuzzEngine[targets.Count];
        double share = _limits.Seconds * EqualPart / targets.Count;
        OnThreads(Enumerable.Range(0, targets.Count), (worker, index) =>
        {
            engines[index] = new FuzzEngine(targets[index], options.Seed, _limits);
            Go(worker, engines[index], share);
        });
        OnThreads(engines.Where(static engine => !engine.IsFinished).OrderBy(static engine => engine.SecondsMissing), (worker, engine) =>
        {
            double seconds;
            lock (_lock)
            {
                seconds = Math.Min(_secondsLeft, double.PositiveInfinity);
                _secondsLeft -= Math.Min(Math.Max(0, _secondsLeft), engine.SecondsMissing * 1.2);
            }

            if (seconds > 0)
            {
                Go(worker, engine, seconds, isPaid: true);
            }
        });

        Array.ForEach(_workers, static worker => worker.Dispose());
        FuzzReport[] reports = [.. engines.Select(engine => engine.Report(heapBytesAtStart))];
        Array.ForEach(reports, Print);
        Keep(engines);
        PrintMeasured(reports);
        return reports;
    }

    private void Go(Worker worker, FuzzEngine engine, double seconds, bool isPaid = false)
    {
        double before = engine.Seconds;
        worker.Running = engine;
        engine.Run(worker, seconds);
        worker.Running = null;
        lock (_lock)
        {
            _secondsLeft -= isPaid ? 0 : engine.Seconds - before;
        }
    }

    private void OnThreads<T>(IEnumerable<T> items, Action<Worker, T> act)
    {
        ConcurrentQueue<T> waiting = new(items);
        Thread[] threads = [.. _workers.Select(worker => new Thread(() => Work(worker), 8 << 20) { IsBackground = true })];
        Array.ForEach(threads, static thread => thread.Start());
        new HangWatch(_workers).Wait(threads);

        void Work(Worker worker)
        {
            worker.ThreadId = OperatingSystem.IsLinux() ? Native.ThreadId() : 0;
            while (waiting.TryDequeue(out T? item))
            {
                act(worker, item);
            }
        }
    }

    private void Keep(FuzzEngine[] engines)
    {
        if (options.Learn.Length > 0)
        {
            foreach (FuzzEngine engine in engines)
            {
                CorpusChoice.Keep(options.Learn, engine.Name, engine.New);
            }
        }
    }

    private static void Print(FuzzReport report) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Target,-28} {report.Inputs,10} {report.Seconds,8:F1} {report.Inputs / Math.Max(report.Seconds, 1e-6),10:F0} {100.0 * report.Accepted / Math.Max(1, report.Inputs),8:F1}% {report.Classes,8} {report.AllocatedBytes / Math.Max(1, report.Inputs),12} {report.MostAllocatedBytes,9}{(report.IsComplete ? "" : "  not every bit")}{(report.Failure is null ? "" : "  FAILED")}"));

    private void PrintMeasured(FuzzReport[] reports)
    {
        int common = targets.Count(static target => target.Bound == FuzzBound.Common);
        long reached = reports.Count(report => report.Inputs >= FuzzOptions.InputsUsual);
        FormattableString[] lines =
        [
            $"fuzz: {reports.Sum(static report => report.Inputs):N0} inputs to {reports.Length} targets, {reports.Count(static report => report.Failure is not null)} faults (bar: 0)",
            $"fuzz: {reached} of {reports.Length} targets took {FuzzOptions.InputsUsual:N0} inputs, the others what {_limits.Seconds:F0} s of processor time allow, at least {reports.Min(static report => report.Inputs):N0} (bar: 5,000,000 where fast enough)",
            $"fuzz: every sample cut at every byte and with every bit flipped at {reports.Count(static report => report.IsComplete)} of {reports.Length} targets (bar: all)",
            $"fuzz: at most {reports.Where(report => BoundOf(report) == FuzzBound.Common).Select(static report => report.MostAllocatedBytes).DefaultIfEmpty().Max():N0} bytes and 1 ms for an input of {common} targets (bar: 65,536 bytes, 1 ms)",
            .. targets.Where(static target => target.Bound != FuzzBound.Common).Select(static target =>
                (FormattableString)$"fuzz: {target.Name}: at most {target.Bound.AllocatedBytes:N0} bytes and {target.Bound.Milliseconds} ms for an input: {target.Bound.Reason}"),
        ];
        foreach (FormattableString line in lines)
        {
            Console.WriteLine("measured: " + line.ToString(CultureInfo.InvariantCulture));
        }
    }

    private FuzzBound BoundOf(FuzzReport report) => targets.First(target => target.Name == report.Target).Bound;
}
