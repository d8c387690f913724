using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Kith.Node.Streams.Socket;

/// <summary>Frames both ways over one connection of the control socket. One reader and one writer at a time; a waiting reader holds no buffer.</summary>
internal sealed class FrameChannel : IAsyncDisposable
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: StreamFrame.BodyBytesMax, leaveOpen: true, useZeroByteReads: true);

    private readonly Stream _connection;
    private readonly PipeReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Task<ReadResult>? _pendingRead;
    private StreamFrameType _type;
    private int _left;

    /// <summary>Takes a connection over.</summary>
    public FrameChannel(Stream connection)
    {
        _connection = connection;
        _reader = PipeReader.Create(connection, ReaderOptions);
    }

    /// <summary>Waits for bytes of the stream; what is returned lies in the channel until <see cref="Advance"/>. Null and the type when something else came.</summary>
    /// <exception cref="IOException">The connection ended, or what came is no frame.</exception>
    public async ValueTask<(StreamFrameType Type, ReadOnlySequence<byte> Bytes)> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await ReadMoreAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (_left == 0 && buffer.Length >= StreamFrame.HeaderBytes)
            {
                ReadHeader(buffer);
                buffer = buffer.Slice(StreamFrame.HeaderBytes);
                if (_type is StreamFrameType.End or StreamFrameType.Done || _left == 0)
                {
                    _reader.AdvanceTo(buffer.Start);
                    return (_type, default);
                }

                if (buffer.IsEmpty)
                {
                    _reader.AdvanceTo(buffer.Start);
                    continue;
                }
            }

            if (_left > 0 && !buffer.IsEmpty && (_type == StreamFrameType.Data || buffer.Length >= _left))
            {
                return (_type, buffer.Slice(0, Math.Min(_left, buffer.Length)));
            }

            if (result.IsCompleted)
            {
                _reader.AdvanceTo(buffer.Start);
                throw new IOException("The connection with the node ended.");
            }

            // The header just read would be lost if the body of a reason has to be waited for.
            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Gives back bytes that <see cref="ReadAsync"/> returned, from their beginning up to a position.</summary>
    public void Advance(in ReadOnlySequence<byte> bytes, long count)
    {
        _left -= (int)count;
        _reader.AdvanceTo(bytes.GetPosition(count));
    }

    /// <summary>Writes bytes of the stream.</summary>
    public async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            int count = (int)Math.Min(bytes.Length, StreamFrame.BodyBytesMax);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(StreamFrame.HeaderBytes + count);
            StreamFrame.EncodeHeader(buffer, StreamFrameType.Data, count);
            bytes.Slice(0, count).CopyTo(buffer.AsSpan(StreamFrame.HeaderBytes));
            bytes = bytes.Slice(count);
            ValueTask write = WriteOutAsync(buffer, StreamFrame.HeaderBytes + count);
            if (!write.IsCompletedSuccessfully)
            {
                await write.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes a frame without bytes of the stream.</summary>
    public async ValueTask WriteAsync(StreamFrameType type, string reason, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(reason);
        int count = Math.Min(body.Length, StreamFrame.ReasonBytesMax);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        byte[] frame = ArrayPool<byte>.Shared.Rent(StreamFrame.HeaderBytes + count);
        StreamFrame.EncodeHeader(frame, type, count);
        body.AsSpan(0, count).CopyTo(frame.AsSpan(StreamFrame.HeaderBytes));
        await WriteOutAsync(frame, StreamFrame.HeaderBytes + count).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads on, for nobody, until the other end closes. To be called when nobody reads any more.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                (_, ReadOnlySequence<byte> bytes) = await ReadAsync(cancellationToken).ConfigureAwait(false);
                if (!bytes.IsEmpty)
                {
                    Advance(bytes, bytes.Length);
                }
            }
        }
        catch (IOException)
        {
            // That is the end.
        }
    }

    /// <summary>Closes the connection; the other end takes it for an abort unless it was told otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        if (_pendingRead is null)
        {
            // A read that was given up may still write to the reader's buffers; then they are not for others.
            await _reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same without waiting.</summary>
    public void Abort() => _connection.Dispose();

    private void ReadHeader(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[StreamFrame.HeaderBytes];
        buffer.Slice(0, StreamFrame.HeaderBytes).CopyTo(header);
        if (!StreamFrame.TryDecodeHeader(header, out _type, out _left))
        {
            throw new IOException("What came over the connection with the node is no stream.");
        }
    }

    // A read that is given up goes on for the next one: to cancel it would close an HTTP client's connection.
    private async ValueTask<ReadResult> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_pendingRead is null)
        {
            ValueTask<ReadResult> read = _reader.ReadAsync(CancellationToken.None);
            if (read.IsCompleted)
            {
                return await read.ConfigureAwait(false);
            }

            _pendingRead = read.AsTask();
        }

        ReadResult result = await _pendingRead.WaitAsync(cancellationToken).ConfigureAwait(false);
        _pendingRead = null;
        return result;
    }

    // Likewise a frame: once begun, it is written to its end, whoever waits for that. Takes the buffer over, and the lock.
    private async ValueTask WriteOutAsync(byte[] buffer, int length)
    {
        try
        {
            await _connection.WriteAsync(buffer.AsMemory(0, length), CancellationToken.None).ConfigureAwait(false);
            await _connection.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
