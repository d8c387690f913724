using Kith.Node.Storage;

namespace Kith.Simulator.Disk;

/// <summary>A file of a simulated disk as the node's own code opens it.</summary>
internal sealed class SimStoreFile(SimDisk disk, string name) : IStoreFile
{
    /// <inheritdoc/>
    public long Length => disk.LengthOf(name);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        byte[] content = disk.Read(name);
        int count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
        content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes, long offset) => disk.Write(name, (int)offset, bytes);

    /// <inheritdoc/>
    public void SetLength(long length) => disk.Truncate(name, (int)length);

    /// <inheritdoc/>
    public void Flush() => disk.Sync(name);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
