using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kith.Cli.Daemon;

/// <summary>The only service that Kestrel asks for when it listens on a plain socket: a logger factory, here one that is silent.</summary>
internal sealed class NoServices : IServiceProvider
{
    /// <summary>The only instance.</summary>
    public static NoServices Instance { get; } = new();

    /// <inheritdoc/>
    public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? NullLoggerFactory.Instance : null;
}
