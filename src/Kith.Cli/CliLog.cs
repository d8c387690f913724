using Microsoft.Extensions.Logging;

namespace Kith.Cli;

/// <summary>Everything that the daemon's own part logs. Event ids 900 to 999.</summary>
internal static partial class CliLog
{
    [LoggerMessage(900, LogLevel.Error, "A command met a fault: {Path}")]
    public static partial void CommandFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(901, LogLevel.Information, "The node is up: version {Version}, process {Process}")]
    public static partial void Up(ILogger logger, string version, int process);

    [LoggerMessage(902, LogLevel.Information, "The node is stopping: {Reason}")]
    public static partial void Stopping(ILogger logger, string reason);

    [LoggerMessage(903, LogLevel.Information, "The node has stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(904, LogLevel.Error, "The node stopped by itself")]
    public static partial void Fault(ILogger logger, Exception exception);

    [LoggerMessage(905, LogLevel.Warning, "The service {Name} is not served: {Problem}")]
    public static partial void ServiceNotServed(ILogger logger, string name, string problem);

    [LoggerMessage(906, LogLevel.Warning, "No service is served: {Problem}")]
    public static partial void ServicesNotRead(ILogger logger, string problem);
}
