using Kith.Node.Storage;

namespace Kith.Tests.Storage;

/// <summary>A file in memory whose disk is full after so many bytes, or fails when told to.</summary>
internal sealed class FailingFile(byte[] content) : IStoreFile
{
    private const int NoSpace = 28;
    private const int InputOutputError = 5;

    private byte[] _content = content;

    public byte[] Content => _content;

    public long Length => _content.Length;

    public long CapacityBytes { get; set; } = long.MaxValue;

    public bool FlushFails { get; set; }

    public bool SetLengthFails { get; set; }

    public int Flushes { get; private set; }

    public int Read(Span<byte> buffer, long offset)
    {
        int count = (int)Math.Clamp(_content.Length - offset, 0, buffer.Length);
        _content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        int fits = (int)Math.Clamp(CapacityBytes - offset, 0, bytes.Length);
        if (offset + fits > _content.Length)
        {
            Array.Resize(ref _content, (int)offset + fits);
        }

        bytes[..fits].CopyTo(_content.AsSpan((int)offset));
        if (fits < bytes.Length)
        {
            throw new IOException("No space left on device", NoSpace);
        }
    }

    public void SetLength(long length)
    {
        if (SetLengthFails)
        {
            throw new IOException("Input/output error", InputOutputError);
        }

        Array.Resize(ref _content, (int)length);
    }

    public void Flush()
    {
        Flushes++;
        if (FlushFails)
        {
            throw new IOException("Input/output error", InputOutputError);
        }
    }

    public void Dispose()
    {
    }
}
