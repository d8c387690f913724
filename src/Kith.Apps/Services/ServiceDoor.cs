using Kith.Apps.Exposing;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Services;

/// <summary>
/// Lets members in who call a service by its name, and tells them how it went. Who may not use a service is answered as if there were none, by the same byte
/// and after the same work.
/// </summary>
internal sealed class ServiceDoor : IAsyncDisposable
{
    /// <summary>Callers that have not said yet what they want; more are reset.</summary>
    public const int CallersMax = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly KithListener _listener;
    private readonly Func<KithPeer, string, Task<ServiceServer?>> _find;
    private int _callers;

    private ServiceDoor(KithListener listener, Func<KithPeer, string, Task<ServiceServer?>> find)
    {
        _listener = listener;
        _find = find;
    }

    /// <summary>Listens.</summary>
    /// <param name="transport">Where.</param>
    /// <param name="find">The server of a service that a caller may use, by name or port; null if there is none for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ServiceDoor> StartAsync(IKithTransport transport, Func<KithPeer, string, Task<ServiceServer?>> find, CancellationToken cancellationToken)
    {
        ServiceDoor door = new(await transport.ListenAsync(ServiceCall.Protocol, cancellationToken).ConfigureAwait(false), find);
        _ = door.ServeAsync();
        return door;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    /// <summary>Says that a call has failed, and ends the stream.</summary>
    public static async Task RefuseAsync(KithStream stream, ServiceAnswer answer)
    {
        await using (stream.ConfigureAwait(false))
        {
            using CancellationTokenSource patience = new(Patience);
            try
            {
                await stream.WriteAsync(answer.Encode(), patience.Token).ConfigureAwait(false);
                await stream.CompleteWritesAsync(patience.Token).ConfigureAwait(false);

                // Until the caller has closed, or the answer might be lost with the connection.
                await stream.ReadAsync(new byte[1], patience.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The caller is gone.
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (KithStream stream in _listener.AcceptAllAsync().ConfigureAwait(false))
            {
                _ = TakeAsync(stream);
            }
        }
        catch (Exception exception) when (exception is ControlException or ObjectDisposedException)
        {
            // The node stopped.
        }
    }

    private async Task TakeAsync(KithStream stream)
    {
        ServiceCall? call = await HearAsync(stream).ConfigureAwait(false);
        if (call is null)
        {
            stream.Abort();
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else if (await _find(stream.Peer, call.Service).ConfigureAwait(false) is { } server)
        {
            await server.TakeCallAsync(stream).ConfigureAwait(false);
        }
        else
        {
            await RefuseAsync(stream, new ServiceAnswer(ServiceAnswerKind.Unknown)).ConfigureAwait(false);
        }
    }

    private async Task<ServiceCall?> HearAsync(KithStream stream)
    {
        bool hasRoom = Interlocked.Increment(ref _callers) <= CallersMax;
        try
        {
            return hasRoom ? await ReadAsync(stream).ConfigureAwait(false) : null;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }

    private static async Task<ServiceCall?> ReadAsync(KithStream stream)
    {
        byte[] bytes = new byte[ServiceCall.BytesMax];
        using CancellationTokenSource patience = new(Patience);
        await stream.ReadExactlyAsync(bytes.AsMemory(0, ServiceCall.LengthBytes), patience.Token).ConfigureAwait(false);
        int length = Math.Min((int)bytes[0], bytes.Length - ServiceCall.LengthBytes);
        await stream.ReadExactlyAsync(bytes.AsMemory(ServiceCall.LengthBytes, length), patience.Token).ConfigureAwait(false);
        return ServiceCall.TryDecode(bytes.AsSpan(0, ServiceCall.LengthBytes + length), out ServiceCall? call) ? call : null;
    }
}
