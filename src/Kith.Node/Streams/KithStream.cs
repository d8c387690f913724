using System.IO.Pipelines;

namespace Kith.Node;

/// <summary>
/// A stream between two devices: TCP inside the tunnel. Full duplex: one reader and one writer at a time. A slow reader fills no more than its receive window, and
/// a slow peer makes writes wait. Either the methods of <see cref="Stream"/> or <see cref="Input"/> and <see cref="Output"/>; reading with both is safe one after the
/// other. When the connection breaks, reads and writes throw <see cref="IOException"/>. Disposing it sends what was written, then closes, as a <c>NetworkStream</c> does.
/// </summary>
public abstract class KithStream : Stream
{
    /// <summary>Makes one.</summary>
    protected KithStream(KithPeer peer) => Peer = peer;

    /// <summary>Who is at the other end, proven by its key.</summary>
    public KithPeer Peer { get; }

    /// <summary>What the peer sends.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>What is sent to the peer. Completing it closes this direction, as <see cref="CompleteWritesAsync"/> does.</summary>
    public abstract PipeWriter Output { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends this direction (FIN) after what was written; reading goes on.</summary>
    public abstract ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default);

    /// <summary>Breaks the connection at once (RST); what was not sent yet is lost.</summary>
    public abstract void Abort();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Does nothing: what is written is on its way.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is on its way.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
