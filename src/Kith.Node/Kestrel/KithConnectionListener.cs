using System.Net;
using Kith.Node.Control;
using Microsoft.AspNetCore.Connections;

namespace Kith.Node.Kestrel;

/// <summary>Streams that members open, as connections for Kestrel.</summary>
internal sealed class KithConnectionListener(KithListener listener, KithEndPoint endPoint) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();

    /// <inheritdoc/>
    public EndPoint EndPoint => endPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
            return new KithConnection(await listener.AcceptAsync(both.Token).ConfigureAwait(false), endPoint);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        catch (ControlException stopped) when (stopped.Error == ControlError.NodeNotRunning)
        {
            // Nobody will come any more; what is being served goes on to its end.
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        await listener.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _unbound.Dispose();
    }
}
