using System.IO.Pipelines;

namespace Kith.Tests.Tcp;

/// <summary>Two streams of which each reads what is written to the other; a writer waits while more than so many bytes are unread.</summary>
internal sealed class DuplexPair : Stream
{
    private readonly Stream _read;
    private readonly Stream _write;

    private DuplexPair(Pipe read, Pipe write)
    {
        _read = read.Reader.AsStream();
        _write = write.Writer.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (Stream Near, Stream Far) Create(int pauseBytes)
    {
        PipeOptions options = new(pauseWriterThreshold: pauseBytes, resumeWriterThreshold: pauseBytes / 2);
        Pipe there = new(options);
        Pipe back = new(options);
        return (new DuplexPair(back, there), new DuplexPair(there, back));
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => _write.FlushAsync(cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _read.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _write.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _read.Dispose();
            _write.Dispose();
        }

        base.Dispose(disposing);
    }
}
