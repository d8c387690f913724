using Kith.Node;

namespace Kith.Apps.Copying;

/// <summary>A stream of the private network.</summary>
internal sealed class KithEnd : IDuplexEnd
{
    private readonly KithStream _stream;

    /// <summary>Takes a stream over.</summary>
    public KithEnd(KithStream stream)
    {
        _stream = stream;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => _stream.CompleteWritesAsync(cancellationToken);

    /// <inheritdoc/>
    public void Abort() => _stream.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
