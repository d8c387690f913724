using System.Buffers;
using System.Text;

namespace Kith.Node.Streams.Socket;

/// <summary>
/// Frames both ways over one connection of the control socket. One reader and one writer at a time. Bytes of the stream are read right to where they are wanted;
/// a waiting reader holds no buffer.
/// </summary>
internal sealed class FrameChannel : IAsyncDisposable
{
    // Holds a header and what is read together with it.
    private const int HeadBytes = 8 * 1024;

    private readonly Stream _connection;
    private readonly FrameSender _sender;
    private byte[]? _head;
    private int _start;
    private int _end;
    private Task<int>? _pendingWait;
    private StreamFrameType _type;
    private int _left;

    /// <summary>Takes a connection over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="socket">Its socket, where the channel may use it directly: then large pieces are sent from where they lie.</param>
    public FrameChannel(Stream connection, System.Net.Sockets.Socket? socket = null)
    {
        _connection = connection;
        _sender = new FrameSender(connection, socket);
    }

    /// <summary>Why the stream broke, once <see cref="ReadAsync"/> has returned <see cref="StreamFrameType.Broken"/>.</summary>
    public string Reason { get; private set; } = string.Empty;

    /// <summary>How many bytes of the stream are known to come next; zero while the next frame is not there.</summary>
    public int Expected => _type == StreamFrameType.Data ? _left : 0;

    /// <summary>Returns when there is something to read, or the connection has ended; until then no memory is needed for it.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _left > 0 || _start < _end ? ValueTask.CompletedTask : WaitForMoreAsync(cancellationToken);

    /// <summary>Reads bytes of the stream, at least one; or something else, and no bytes.</summary>
    /// <exception cref="IOException">The connection ended, or what came is no frame.</exception>
    public async ValueTask<(StreamFrameType Type, int Count)> ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        while (_left == 0)
        {
            await FillAsync(StreamFrame.HeaderBytes, cancellationToken).ConfigureAwait(false);
            if (!StreamFrame.TryDecodeHeader(_head.AsSpan(_start, StreamFrame.HeaderBytes), out _type, out _left))
            {
                throw new IOException("What came over the connection with the node is no stream.");
            }

            Take(StreamFrame.HeaderBytes);
            if (_left == 0)
            {
                return (_type, 0);
            }
        }

        if (_type == StreamFrameType.Broken)
        {
            await FillAsync(_left, cancellationToken).ConfigureAwait(false);
            Reason = Encoding.UTF8.GetString(_head.AsSpan(_start, _left));
            Take(_left);
            _left = 0;
            return (_type, 0);
        }

        int count = Math.Min(_left, into.Length);
        if (_start < _end)
        {
            count = Math.Min(count, _end - _start);
            _head.AsSpan(_start, count).CopyTo(into.Span);
            Take(count);
        }
        else if (count > 0)
        {
            await WaitForMoreAsync(cancellationToken).ConfigureAwait(false);
            count = await ReadSomeAsync(into[..count]).ConfigureAwait(false);
        }

        _left -= count;
        return (_type, count);
    }

    /// <summary>Writes bytes of the stream.</summary>
    public ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken) => _sender.WriteAsync(bytes, cancellationToken);

    /// <summary>Writes a frame without bytes of the stream.</summary>
    public ValueTask WriteAsync(StreamFrameType type, string reason, CancellationToken cancellationToken) => _sender.WriteAsync(type, reason, cancellationToken);

    /// <summary>Reads on, for nobody, until the other end closes. To be called when nobody reads any more.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        byte[] nowhere = new byte[HeadBytes];
        try
        {
            while (true)
            {
                await ReadAsync(nowhere, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // That is the end.
        }
    }

    /// <summary>Closes the connection; the other end takes it for an abort unless it was told otherwise.</summary>
    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    /// <summary>The same without waiting.</summary>
    public void Abort() => _connection.Dispose();

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            await WaitForMoreAsync(cancellationToken).ConfigureAwait(false);
            _head ??= ArrayPool<byte>.Shared.Rent(HeadBytes);
            _head.AsSpan(_start, _end - _start).CopyTo(_head);
            (_start, _end) = (0, _end - _start);
            _end += await ReadSomeAsync(_head.AsMemory(_end, HeadBytes - _end)).ConfigureAwait(false);
        }
    }

    private void Take(int count)
    {
        _start += count;
        if (_start == _end && _head is { } head)
        {
            (_start, _end, _head) = (0, 0, null);
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    // A wait that is given up goes on for the next reader: to cancel it would close an HTTP client's connection. It touches no memory.
    private async ValueTask WaitForMoreAsync(CancellationToken cancellationToken)
    {
        if (_pendingWait is null)
        {
            ValueTask<int> wait = _connection.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
            if (wait.IsCompletedSuccessfully)
            {
                _ = wait.Result;
                return;
            }

            _pendingWait = wait.AsTask();
        }

        await _pendingWait.WaitAsync(cancellationToken).ConfigureAwait(false);
        _pendingWait = null;
    }

    // Something is there, so that this does not wait and need not be given up.
    private async ValueTask<int> ReadSomeAsync(Memory<byte> into) =>
        await _connection.ReadAsync(into, CancellationToken.None).ConfigureAwait(false) is > 0 and var count ? count : throw new IOException("The connection with the node ended.");
}
