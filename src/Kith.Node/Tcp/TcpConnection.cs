using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Kith.Protocol.Core;

namespace Kith.Node.Tcp;

/// <summary>
/// One WebSocket that carries datagrams: each a binary message, both ways. What does not fit its queue is dropped, as on any link, so a slow peer costs a
/// bounded amount of memory.
/// </summary>
internal sealed class TcpConnection : IDisposable
{
    /// <summary>Datagrams that wait to be sent.</summary>
    public const int QueueMax = 128;

    /// <summary>The longest message in bytes; a longer one ends the connection.</summary>
    public const int MessageBytesMax = NodeCore.TransmitBufferBytes;

    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _end;
    private readonly Channel<(byte[] Buffer, int Length)> _queue =
        Channel.CreateBounded<(byte[] Buffer, int Length)>(new BoundedChannelOptions(QueueMax) { SingleReader = true });

    private long _dropped;

    /// <summary>Takes a WebSocket over, which stays the caller's to dispose.</summary>
    public TcpConnection(WebSocket socket, CancellationToken stop)
    {
        _socket = socket;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Whether a member was proved to be at the other end.</summary>
    public bool IsProven { get; set; }

    /// <summary>Datagrams dropped because the peer did not take them fast enough.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Queues one datagram. Any thread.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(datagram.Length);
        datagram.CopyTo(buffer);
        if (!_queue.Writer.TryWrite((buffer, datagram.Length)))
        {
            Interlocked.Increment(ref _dropped);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends the connection. Any thread; idempotent.</summary>
    public void Close()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Carries datagrams until either side ends the connection. Faults of the network end it and are no exceptions.</summary>
    /// <param name="deliver">Takes a datagram that came, and the token that ends the connection; the next is read when it is done.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver)
    {
        Task sending = SendAllAsync();
        try
        {
            await ReceiveAllAsync(deliver).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // As good as a farewell.
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        _socket.Abort();
        while (_queue.Reader.TryRead(out (byte[] Buffer, int Length) left))
        {
            ArrayPool<byte>.Shared.Return(left.Buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private static bool IsEnd(Exception failure) => failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;

    private async Task ReceiveAllAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver)
    {
        byte[] buffer = new byte[MessageBytesMax];
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(length), _end.Token).ConfigureAwait(false);
            length += part.Count;
            if (part.MessageType != WebSocketMessageType.Binary || (!part.EndOfMessage && length == buffer.Length))
            {
                return;
            }

            if (part.EndOfMessage)
            {
                await deliver(buffer.AsMemory(0, length), _end.Token).ConfigureAwait(false);
                length = 0;
            }
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach ((byte[] buffer, int length) in _queue.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
            {
                await _socket.SendAsync(buffer.AsMemory(0, length), WebSocketMessageType.Binary, endOfMessage: true, _end.Token).ConfigureAwait(false);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            await _end.CancelAsync().ConfigureAwait(false);
        }
    }
}
