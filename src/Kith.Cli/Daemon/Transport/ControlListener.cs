using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Kith.Cli.Daemon.Transport;

/// <summary>Takes the connections of commands.</summary>
internal sealed class ControlListener(Socket socket, EndPoint endPoint) : IConnectionListener
{
    // Out of descriptors, most likely: trying again at once would only burn time.
    private static readonly TimeSpan TroublePause = TimeSpan.FromMilliseconds(100);

    private volatile bool _isUnbound;

    /// <inheritdoc/>
    public EndPoint EndPoint => endPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return new ControlConnection(await socket.AcceptAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (Exception failure) when (failure is ObjectDisposedException || (failure is SocketException && _isUnbound))
            {
                return null;
            }
            catch (SocketException)
            {
                await Task.Delay(TroublePause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _isUnbound = true;
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();
}
