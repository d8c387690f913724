namespace Kith.Apps.Copying;

/// <summary>An end of which some bytes were read already, to find out where it wants to go: they come first.</summary>
internal sealed class PrefixedEnd : IDuplexEnd
{
    private readonly IDuplexEnd _inner;
    private ReadOnlyMemory<byte> _prefix;

    /// <summary>Puts bytes before what the end still has to say.</summary>
    public PrefixedEnd(IDuplexEnd inner, ReadOnlyMemory<byte> prefix)
    {
        _inner = inner;
        _prefix = prefix;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_prefix.Length == 0)
        {
            return _inner.ReadAsync(buffer, cancellationToken);
        }

        int taken = Math.Min(buffer.Length, _prefix.Length);
        _prefix[..taken].CopyTo(buffer);
        _prefix = _prefix[taken..];
        return ValueTask.FromResult(taken);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _inner.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => _inner.CompleteWritesAsync(cancellationToken);

    /// <inheritdoc/>
    public void Abort() => _inner.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
