using Microsoft.Win32.SafeHandles;

namespace Kith.Node.Storage;

/// <summary>A file on disk; open for writing only while something is written.</summary>
internal sealed class DiskFile : IStoreFile
{
    private readonly string _path;
    private readonly SafeFileHandle _reader;
    private SafeFileHandle? _writer;

    private DiskFile(string path)
    {
        _path = path;
        _reader = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    public long Length => RandomAccess.GetLength(_reader);

    private SafeFileHandle Writer => _writer ??= File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    internal static DiskFile Open(string path) => new(path);

    public int Read(Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(_reader, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(Writer, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(Writer, length);

    public void Flush() => RandomAccess.FlushToDisk(Writer);

    public void Rest()
    {
        _writer?.Dispose();
        _writer = null;
    }

    public void Dispose()
    {
        Rest();
        _reader.Dispose();
    }
}
