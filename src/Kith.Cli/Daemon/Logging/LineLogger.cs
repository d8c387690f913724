using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Kith.Cli.Daemon.Logging;

/// <summary>Puts an event on one line: time in UTC, level, message, and the exception's type and message. At debug and below its stack follows.</summary>
internal sealed class LineLogger(ILineSink sink, LogLevel minimum, TimeProvider clock) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        StringBuilder line = new();
        line.Append(clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        line.Append(' ').Append(NameOf(logLevel)).Append(' ').Append(formatter(state, exception));
        if (exception is not null)
        {
            line.Append(": ").Append(exception.GetType().Name).Append(": ").Append(exception.Message);
        }

        // What others chose (names, messages) must not be able to forge a line of its own or to steer a terminal.
        for (int position = 0; position < line.Length; position++)
        {
            if (char.IsControl(line[position]))
            {
                line[position] = ' ';
            }
        }

        if (exception?.StackTrace is { } stack && (minimum <= LogLevel.Debug || logLevel >= LogLevel.Error))
        {
            line.Append('\n').Append(stack);
        }

        sink.Write(line.ToString());
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
