namespace Kith.Cli.Daemon.Logging;

/// <summary>Keeps the last few log lines for the live view.</summary>
internal sealed class RecentLines : ILineSink
{
    /// <summary>How many are kept.</summary>
    public const int LinesMax = 8;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new(LinesMax);

    /// <inheritdoc/>
    public void Write(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == LinesMax)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    /// <summary>The lines, oldest first.</summary>
    public string[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }
}
