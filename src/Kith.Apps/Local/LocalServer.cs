using System.Net.Sockets;

namespace Kith.Apps.Local;

/// <summary>Serves connections to a <see cref="LocalPort"/>, a bounded number at once; more wait in the system's queue.</summary>
internal sealed class LocalServer : IDisposable
{
    /// <summary>Connections served at once.</summary>
    public const int ConnectionsMax = 1024;

    private readonly LocalPort _port;
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly SemaphoreSlim _places = new(ConnectionsMax);

    private LocalServer(LocalPort port, Func<Socket, CancellationToken, Task> serve)
    {
        _port = port;
        _serve = serve;
    }

    /// <summary>Serves until it is called off; then waits until every connection has ended.</summary>
    /// <param name="port">Where it listens; stays its owner's.</param>
    /// <param name="serve">Serves one connection and owns its socket. What it throws ends that connection only.</param>
    /// <param name="cancellationToken">Calls it off.</param>
    public static async Task RunAsync(LocalPort port, Func<Socket, CancellationToken, Task> serve, CancellationToken cancellationToken)
    {
        using LocalServer server = new(port, serve);
        await server.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_port.Sockets.Select(socket => AcceptAsync(socket, cancellationToken))).ConfigureAwait(false);
        for (int place = 0; place < ConnectionsMax; place++)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
                Socket accepted;
                try
                {
                    accepted = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException)
                {
                    // The caller gave up before it was taken, or this process has no descriptor left: the next may do better.
                    _places.Release();
                    await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken).ConfigureAwait(false);
                    continue;
                }
                catch
                {
                    _places.Release();
                    throw;
                }

                _ = ServeAsync(accepted, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // That is how it ends.
        }
    }

    private async Task ServeAsync(Socket accepted, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await _serve(accepted, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One connection's fault must not end the others.
        catch (Exception)
#pragma warning restore CA1031
        {
            accepted.Dispose();
        }
        finally
        {
            _places.Release();
        }
    }
}
