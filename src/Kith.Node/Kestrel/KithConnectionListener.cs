using System.Net;
using Kith.Node.Control;
using Microsoft.AspNetCore.Connections;

namespace Kith.Node.Kestrel;

/// <summary>Streams that members open, as connections for Kestrel.</summary>
internal sealed class KithConnectionListener(KithEndPoint endPoint, Func<CancellationToken, ValueTask<KithStream>> accept, Func<ValueTask> close) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();
    private int _isClosed;

    /// <inheritdoc/>
    public EndPoint EndPoint => endPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
            return new KithConnection(await accept(both.Token).ConfigureAwait(false), endPoint);
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
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            await _unbound.CancelAsync().ConfigureAwait(false);
            await close().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _unbound.Dispose();
    }
}
