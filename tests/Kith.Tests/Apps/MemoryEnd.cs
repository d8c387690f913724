using System.IO.Pipelines;
using Kith.Apps.Copying;

namespace Kith.Tests.Apps;

/// <summary>One end of a connection in memory.</summary>
internal sealed class MemoryEnd : IDuplexEnd
{
    private readonly Pipe _in;
    private readonly Pipe _out;

    private MemoryEnd(Pipe input, Pipe output)
    {
        _in = input;
        _out = output;
    }

    public bool IsAborted { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool HasEnded { get; private set; }

    public static (MemoryEnd Left, MemoryEnd Right) Pair()
    {
        Pipe there = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        Pipe back = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        return (new MemoryEnd(back, there), new MemoryEnd(there, back));
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReadResult result = await _in.Reader.ReadAsync(cancellationToken);
        int taken = (int)Math.Min(buffer.Length, result.Buffer.Length);
        System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, taken), buffer.Span);
        _in.Reader.AdvanceTo(result.Buffer.GetPosition(taken));
        return taken;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (IsAborted || (await _out.Writer.WriteAsync(bytes, cancellationToken)).IsCompleted)
        {
            throw new IOException("reset");
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        HasEnded = true;
        return _out.Writer.CompleteAsync();
    }

    public void Abort()
    {
        IsAborted = true;
        _out.Writer.Complete(new IOException("reset"));
        _in.Reader.Complete();
    }

    /// <summary>What the other side writes reaches nobody from now on, and it notices.</summary>
    public void StopReading() => _in.Reader.Complete();

    public ValueTask DisposeAsync()
    {
        if (!IsDisposed && !IsAborted)
        {
            _out.Writer.Complete();
            _in.Reader.Complete();
        }

        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Everything up to the end.</summary>
    public async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[4096];
        while (await ReadAsync(buffer, cancellationToken) is > 0 and int read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>So many bytes.</summary>
    public async Task<byte[]> ReadExactlyAsync(int bytes, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[bytes];
        int length = 0;
        while (length < bytes)
        {
            int read = await ReadAsync(buffer.AsMemory(length), cancellationToken);
            Assert.NotEqual(0, read);
            length += read;
        }

        return buffer;
    }
}
