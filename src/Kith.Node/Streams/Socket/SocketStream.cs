using System.Buffers;
using System.IO.Pipelines;

namespace Kith.Node.Streams.Socket;

/// <summary>A stream of the node of another process, through its control socket.</summary>
internal sealed class SocketStream(KithPeer peer, FrameChannel channel) : KithStream(peer)
{
    private const int PipeBufferBytes = 64 * 1024;

    // The daemon closes as soon as it has taken note; one that hangs is not waited for.
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private PipeReader? _input;
    private PipeWriter? _output;
    private IOException? _broken;
    private bool _isAtEnd;
    private bool _areWritesComplete;
    private int _isDisposed;

    private bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <inheritdoc/>
    public override PipeReader Input
    {
        get
        {
            lock (_lock)
            {
                return _input ??= PipeReader.Create(new Half(this), new StreamPipeReaderOptions(bufferSize: PipeBufferBytes, leaveOpen: true));
            }
        }
    }

    /// <inheritdoc/>
    public override PipeWriter Output
    {
        get
        {
            lock (_lock)
            {
                return _output ??= PipeWriter.Create(new Half(this));
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_input is not { } input)
        {
            return await ReadFramesAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        int count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        input.AdvanceTo(taken.End);
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_areWritesComplete)
        {
            throw new IOException("This direction of the stream was completed.");
        }

        if (_broken is { } broken)
        {
            throw new IOException(broken.Message, broken);
        }

        try
        {
            await channel.WriteAsync(new ReadOnlySequence<byte>(buffer), cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw Aborted();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        await EndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _broken ??= Aborted();
        channel.Abort();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            SayGoodbyeAsync().AsTask().Wait();
        }

        base.Dispose(disposing);
    }

    private static IOException Aborted() => new("The connection was aborted.");

    private async ValueTask<int> ReadFramesAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_broken is { } broken)
        {
            throw new IOException(broken.Message, broken);
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!_isAtEnd)
            {
                (StreamFrameType type, int count) = await channel.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                switch (type)
                {
                    case StreamFrameType.Data:
                        return count;
                    case StreamFrameType.Broken:
                        throw new IOException(channel.Reason);
                    default:
                        _isAtEnd = true;
                        break;
                }
            }

            return 0;
        }
        catch (IOException) when (IsDisposed)
        {
            throw new ObjectDisposedException(nameof(KithStream));
        }
        catch (IOException failure)
        {
            _broken ??= failure;
            throw;
        }
        catch (ObjectDisposedException) when (!IsDisposed)
        {
            throw Aborted();
        }
        finally
        {
            _reading.Release();
        }
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (!_areWritesComplete)
        {
            _areWritesComplete = true;
            await channel.WriteAsync(StreamFrameType.End, string.Empty, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SayGoodbyeAsync()
    {
        using CancellationTokenSource limit = new(GoodbyeLimit);
        try
        {
            if (_broken is null)
            {
                await EndAsync(limit.Token).ConfigureAwait(false);
                await channel.WriteAsync(StreamFrameType.Done, string.Empty, limit.Token).ConfigureAwait(false);

                // A read that waits ends now that the daemon closes.
                await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
                await channel.DrainAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The node is gone or hangs; there is nobody to say goodbye to.
        }
        finally
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One direction for a pipe: to close the writing one is to complete it, not to close the stream.</summary>
    private sealed class Half(SocketStream whole) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => whole.ReadFramesAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => whole.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => whole.WriteAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !whole.IsDisposed)
            {
                whole.EndAsync(CancellationToken.None).AsTask().Wait();
            }

            base.Dispose(disposing);
        }
    }
}
