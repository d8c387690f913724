using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Services;

/// <summary>Tells members that ask which services they may use.</summary>
internal sealed class ServiceTeller : IAsyncDisposable
{
    /// <summary>Members told at once; more are reset.</summary>
    public const int AskersMax = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly KithListener _listener;
    private readonly Func<KithPeer, Task<ServiceList>> _offeredTo;
    private int _askers;

    private ServiceTeller(KithListener listener, Func<KithPeer, Task<ServiceList>> offeredTo)
    {
        _listener = listener;
        _offeredTo = offeredTo;
    }

    /// <summary>Listens.</summary>
    public static async Task<ServiceTeller> StartAsync(IKithTransport transport, Func<KithPeer, Task<ServiceList>> offeredTo, CancellationToken cancellationToken)
    {
        ServiceTeller teller = new(await transport.ListenAsync(ServiceList.Protocol, cancellationToken).ConfigureAwait(false), offeredTo);
        _ = teller.ServeAsync();
        return teller;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync()
    {
        try
        {
            await foreach (KithStream stream in _listener.AcceptAllAsync().ConfigureAwait(false))
            {
                _ = TellAsync(stream);
            }
        }
        catch (Exception exception) when (exception is ControlException or ObjectDisposedException)
        {
            // The node stopped.
        }
    }

    private async Task TellAsync(KithStream stream)
    {
        bool hasRoom = Interlocked.Increment(ref _askers) <= AskersMax;
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                if (!hasRoom)
                {
                    stream.Abort();
                    return;
                }

                using CancellationTokenSource patience = new(Patience);
                ServiceList list = await _offeredTo(stream.Peer).ConfigureAwait(false);
                await stream.WriteAsync(list.Encode(), patience.Token).ConfigureAwait(false);
                await stream.CompleteWritesAsync(patience.Token).ConfigureAwait(false);

                // Until the asker has closed, or the list might be lost with the connection.
                await stream.ReadAsync(new byte[1], patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The asker is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _askers);
        }
    }
}
