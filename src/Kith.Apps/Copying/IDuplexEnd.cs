namespace Kith.Apps.Copying;

/// <summary>
/// One of the two ends that <see cref="DuplexCopy"/> joins. Reading, writing and ending are called by one task each, so a read and a write may be under way at the
/// same time. What breaks is an <see cref="IOException"/>, or after <see cref="Abort"/> any exception.
/// </summary>
internal interface IDuplexEnd : IAsyncDisposable
{
    /// <summary>Reads what there is, at least a byte; 0 when the other side has ended its half.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes everything and returns when it was taken over.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Ends the half that is written; reading goes on.</summary>
    ValueTask CompleteWritesAsync(CancellationToken cancellationToken);

    /// <summary>Breaks both halves so that the other side notices: a reset, where there is such a thing. May be called at any time and twice.</summary>
    void Abort();
}
