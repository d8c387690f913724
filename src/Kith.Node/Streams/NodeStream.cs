using System.Buffers;
using System.IO.Pipelines;
using Kith.Protocol.Core;

namespace Kith.Node.Streams;

/// <summary>
/// A stream on the node's own TCP. Two pipes lie between whoever uses it, on any thread, and the core's loop, which alone touches the connection. Bytes cross
/// in batches: the loop is woken when it waits for them, and takes whatever is there. An empty pipe holds no memory.
/// </summary>
internal sealed partial class NodeStream : KithStream, IStackOwner
{
    /// <summary>Bytes that may wait in each pipe; the connection's own buffers come on top.</summary>
    public const int PipeBytesMax = 256 * 1024;

    private const int SegmentBytes = 16 * 1024;
    private const int WriteBytesMax = 64 * 1024;

    // What waits comes over in pieces as large as this, so that whoever passes them on needs few calls.
    private const int PieceBytesMax = 64 * 1024;

    // What goes on on the loop is cheap; what users do must not run there.
    private static readonly PipeOptions InboundOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: PipeBytesMax,
        resumeWriterThreshold: PipeBytesMax / 2,
        minimumSegmentSize: SegmentBytes,
        useSynchronizationContext: false);

    private static readonly PipeOptions OutboundOptions = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: PipeBytesMax,
        resumeWriterThreshold: PipeBytesMax / 2,
        minimumSegmentSize: SegmentBytes,
        useSynchronizationContext: false);

    private readonly NodeStreams _owner;
    private readonly Pipe _inbound = new(InboundOptions);
    private readonly Pipe _outbound = new(OutboundOptions);
    private volatile bool _areWritesComplete;
    private volatile bool _isAborted;
    private int _isDisposed;

    /// <summary>Makes one; on the loop, which gives it a connection with <see cref="Attach"/>.</summary>
    public NodeStream(NodeStreams owner, KithPeer peer)
        : base(peer)
    {
        _owner = owner;
        _onOutbound = HandleOutboundReady;
        _onInboundRoom = HandleInboundRoom;
    }

    /// <inheritdoc/>
    public override PipeReader Input => _inbound.Reader;

    /// <inheritdoc/>
    public override PipeWriter Output => _outbound.Writer;

    private bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return !cancellationToken.IsCancellationRequested && _inbound.Reader.TryRead(out ReadResult result)
            ? new ValueTask<int>(Take(result, buffer))
            : ReadSlowlyAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_areWritesComplete)
        {
            throw new IOException("This direction of the stream was completed.");
        }

        // In pieces, so that no more than the pipe's maximum is copied before the peer has taken it.
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, WriteBytesMax);
            ValueTask<FlushResult> flush = _outbound.Writer.WriteAsync(buffer[..count], cancellationToken);
            buffer = buffer[count..];
            if (!flush.IsCompletedSuccessfully)
            {
                return WriteSlowlyAsync(flush, buffer, cancellationToken);
            }

            Check(flush.Result);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _areWritesComplete = true;
        return _outbound.Writer.CompleteAsync();
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _isAborted = true;
        _owner.Post(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _areWritesComplete = true;
            _outbound.Writer.Complete();
            _inbound.Reader.CancelPendingRead();
            _inbound.Reader.Complete();
            _owner.Post(this);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadSlowlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return Take(await _inbound.Reader.ReadAsync(cancellationToken).ConfigureAwait(false), buffer);
        }
        catch (InvalidOperationException) when (IsDisposed)
        {
            throw new ObjectDisposedException(nameof(KithStream));
        }
    }

    private int Take(in ReadResult result, Memory<byte> buffer)
    {
        ReadOnlySequence<byte> data = result.Buffer;
        if (result.IsCanceled && data.IsEmpty)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            _inbound.Reader.AdvanceTo(data.Start);
            throw new OperationCanceledException();
        }

        int count = (int)Math.Min(buffer.Length, data.Length);
        ReadOnlySequence<byte> taken = data.Slice(0, count);
        taken.CopyTo(buffer.Span);
        _inbound.Reader.AdvanceTo(taken.End);
        return count;
    }

    private async ValueTask WriteSlowlyAsync(ValueTask<FlushResult> flush, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            Check(await flush.ConfigureAwait(false));
            while (!buffer.IsEmpty)
            {
                int count = Math.Min(buffer.Length, WriteBytesMax);
                Check(await _outbound.Writer.WriteAsync(buffer[..count], cancellationToken).ConfigureAwait(false));
                buffer = buffer[count..];
            }
        }
        catch (InvalidOperationException) when (IsDisposed)
        {
            throw new ObjectDisposedException(nameof(KithStream));
        }
    }

    private void Check(in FlushResult result)
    {
        if (result.IsCompleted)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            throw new IOException("The other device takes no more data.");
        }
    }
}
