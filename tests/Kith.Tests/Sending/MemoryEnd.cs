using System.IO.Pipelines;
using Kith.Node;

namespace Kith.Tests.Sending;

/// <summary>One end of a stream in memory. After so many bytes, if that was asked for, the link breaks for both ends.</summary>
internal sealed class MemoryEnd(KithPeer peer, Pipe incoming, Pipe outgoing) : KithStream(peer)
{
    private readonly Stream _reading = incoming.Reader.AsStream(leaveOpen: true);
    private long _bytesLeft = long.MaxValue;
    private bool _isOver;

    public override PipeReader Input => incoming.Reader;

    public override PipeWriter Output => outgoing.Writer;

    public long BytesWritten { get; private set; }

    /// <summary>Called with what is about to be written, and may change it: a hostile or damaged wire.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Tamper { get; set; }

    public void BreakAfter(long bytes) => _bytesLeft = bytes;

    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) => outgoing.Writer.CompleteAsync();

    public override void Abort()
    {
        _isOver = true;
        IOException reset = new("the stream was reset");
        outgoing.Writer.Complete(reset);
        incoming.Writer.Complete(reset);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reading.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > _bytesLeft)
        {
            await outgoing.Writer.WriteAsync(buffer[..(int)_bytesLeft], cancellationToken);
            Abort();
        }

        if (_isOver)
        {
            throw new IOException("the stream was reset");
        }

        _bytesLeft -= buffer.Length;
        BytesWritten += buffer.Length;
        FlushResult result = await outgoing.Writer.WriteAsync(Tamper?.Invoke(buffer) ?? buffer, cancellationToken);
        if (result.IsCompleted)
        {
            throw new IOException("the other end is gone");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isOver = true;
            outgoing.Writer.Complete();
            incoming.Reader.Complete();
        }

        base.Dispose(disposing);
    }
}
