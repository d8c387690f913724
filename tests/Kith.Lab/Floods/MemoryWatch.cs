namespace Kith.Lab.Floods;

/// <summary>Looks at a process's memory several times a second and remembers the most, beginning with what it was at first.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly int _processId;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private readonly ProcessMemory _first;
    private ProcessMemory _most;

    /// <summary>Begins to watch.</summary>
    public MemoryWatch(int processId)
    {
        _processId = processId;
        _first = _most = ProcessMemory.Of(processId);
        _work = Task.Run(WatchAsync);
    }

    /// <summary>By how much the process has grown at most, in MiB.</summary>
    public (double Resident, double Heap) Growth
    {
        get
        {
            Look();
            return (ToMebibytes(_most.Resident - _first.Resident), ToMebibytes(_most.Heap - _first.Heap));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private static double ToMebibytes(long bytes) => bytes / (double)(1 << 20);

    private async Task WatchAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await Task.Delay(Interval, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Look();
        }
    }

    private void Look()
    {
        ProcessMemory now = ProcessMemory.Of(_processId);
        _most = new ProcessMemory(Math.Max(_most.Resident, now.Resident), Math.Max(_most.Heap, now.Heap));
    }
}
