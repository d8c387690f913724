using Microsoft.Extensions.Logging;

namespace Kith.Cli.Daemon.Logging;

/// <summary>Makes loggers that put every event on one line of text and hand it to a sink.</summary>
internal sealed class LineLoggerFactory : ILoggerFactory
{
    private readonly ILineSink _sink;
    private readonly LogLevel _minimum;
    private readonly TimeProvider _clock;

    /// <summary>Makes a factory.</summary>
    /// <param name="sink">Takes the lines.</param>
    /// <param name="minimum">What is less is dropped.</param>
    /// <param name="clock">The wall clock of the time stamps.</param>
    public LineLoggerFactory(ILineSink sink, LogLevel minimum, TimeProvider clock)
    {
        _sink = sink;
        _minimum = minimum;
        _clock = clock;
    }

    /// <summary>The level that `KITH_LOG` names; Information if it names none.</summary>
    public static LogLevel LevelOf(string? text) => text?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(_sink, _minimum, _clock);

    /// <summary>Not supported: there is one sink.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
