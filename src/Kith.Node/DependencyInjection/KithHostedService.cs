using Kith.Node.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kith.Node.DependencyInjection;

/// <summary>Starts the node with the application, and stops it after everything that was added later, Kestrel among it.</summary>
internal sealed class KithHostedService(KithNodeSource source, IOptions<KithHostOptions> options, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private KithNode? _node;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _node = await KithNode.StartAsync(options.Value.Node, loggers, cancellationToken).ConfigureAwait(false);
            source.Started(_node);
        }
        catch (Exception failure)
        {
            source.Failed(failure);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        source.Failed(new ControlException(ControlError.NodeNotRunning, "The application stopped before its node had started."));
        if (_node is { } node)
        {
            await node.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }
    }
}
