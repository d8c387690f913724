namespace Kith.Cli.Daemon.Logging;

/// <summary>Takes finished log lines, from any thread.</summary>
internal interface ILineSink
{
    /// <summary>Takes one line, without its end.</summary>
    void Write(string line);
}
