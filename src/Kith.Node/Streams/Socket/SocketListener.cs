using System.Threading.Channels;
using Kith.Node.Control;

namespace Kith.Node.Streams.Socket;

/// <summary>
/// A listener on the node of another process. It lives as long as its connection with the control socket, so it ends with this process. A few requests wait
/// at the node for streams to come.
/// </summary>
internal sealed class SocketListener : KithListener
{
    /// <summary>The header in which the daemon tells a listener's number.</summary>
    public const string HeaderName = "Kith-Listener";

    private const int RequestsMax = 4;
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(5);

    private readonly ControlClient _client;
    private readonly Stream _connection;
    private readonly string _number;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Channel<KithStream> _waiting = Channel.CreateBounded<KithStream>(RequestsMax);
    private readonly Task _watching;
    private readonly Task _accepting;
    private int _isDisposed;

    /// <summary>Takes over the connection that keeps the listener alive.</summary>
    public SocketListener(ControlClient client, Stream connection, string number, int port, string? protocol)
        : base(port, protocol)
    {
        _client = client;
        _connection = connection;
        _number = number;
        _watching = WatchAsync();
        _accepting = Task.WhenAll(Enumerable.Range(0, RequestsMax).Select(_ => Task.Run(AcceptLoopAsync)));
    }

    /// <inheritdoc/>
    public override async ValueTask<KithStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException is ControlException failure
                ? new ControlException(failure.Error, failure.Message, failure.Advice)
                : new ObjectDisposedException(nameof(KithListener));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _waiting.Writer.TryComplete();
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        while (_waiting.Reader.TryRead(out KithStream? stream))
        {
            stream.Abort();
        }

        try
        {
            // One byte says goodbye; the node closes when the port is free.
            await _connection.WriteAsync(new byte[1]).ConfigureAwait(false);
            await _connection.FlushAsync().ConfigureAwait(false);
            await _watching.WaitAsync(GoodbyeLimit).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or ObjectDisposedException)
        {
            // The node is gone, and the listener with it.
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
        _disposing.Dispose();
    }

    // The node says nothing on this connection; it ends when the node does.
    private async Task WatchAsync()
    {
        try
        {
            while (await _connection.ReadAsync(new byte[1]).ConfigureAwait(false) > 0)
            {
                // Nothing is said.
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // That is the end.
        }

        _waiting.Writer.TryComplete(new ControlException(ControlError.NodeNotRunning, "The node was stopped.", "Start it again with 'kith up'."));
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                KithStream stream = await _client.AcceptAsync(_number, _disposing.Token).ConfigureAwait(false);
                try
                {
                    await _waiting.Writer.WriteAsync(stream, _disposing.Token).ConfigureAwait(false);
                }
                catch
                {
                    stream.Abort();
                    throw;
                }
            }
        }
        catch (ControlException failure)
        {
            _waiting.Writer.TryComplete(failure);
        }
        catch (Exception failure) when (failure is OperationCanceledException or ChannelClosedException or IOException)
        {
            // Disposed, or the node is gone: the watch tells.
        }
    }
}
