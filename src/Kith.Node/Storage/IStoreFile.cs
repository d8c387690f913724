namespace Kith.Node.Storage;

/// <summary>
/// One open file, as narrow as <see cref="StatementFile"/> needs it: so that a full or a failing disk can be had in a test. Errors are
/// <see cref="IOException"/>s as the runtime throws them. Not thread-safe.
/// </summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>The length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads up to the length of the buffer; returns how many bytes there were.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes, or throws after having written some of them.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file off or extends it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Returns when all that was written survives a power cut.</summary>
    void Flush();

    /// <summary>Nothing is written for now: what was opened for writing is closed, so that the disk may be made read-only meanwhile.</summary>
    void Rest()
    {
    }
}
