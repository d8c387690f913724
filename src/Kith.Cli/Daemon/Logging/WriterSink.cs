namespace Kith.Cli.Daemon.Logging;

/// <summary>Writes log lines to a stream of text, each at once. A stream that breaks (the reader of a pipe went away) is given up silently.</summary>
internal sealed class WriterSink(TextWriter writer) : ILineSink
{
    private readonly Lock _lock = new();
    private bool _isBroken;

    /// <inheritdoc/>
    public void Write(string line)
    {
        lock (_lock)
        {
            if (_isBroken)
            {
                return;
            }

            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException)
            {
                _isBroken = true;
            }
        }
    }
}
