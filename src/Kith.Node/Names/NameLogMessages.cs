using Microsoft.Extensions.Logging;

namespace Kith.Node.Names;

/// <summary>What the name service logs. Event ids from 200.</summary>
internal static partial class NameLogMessages
{
    [LoggerMessage(200, LogLevel.Information, "names are not answered at {Address} port {Port}: {Reason}")]
    public static partial void NamesNotServed(this ILogger logger, string address, int port, string reason);

    [LoggerMessage(201, LogLevel.Warning, "could not {What}: {Reason}")]
    public static partial void NamesFailed(this ILogger logger, string what, string reason);
}
