using Kith.Apps.Copying;

namespace Kith.Apps.Proxying.Http;

/// <summary>
/// A client of which exactly one request's body is read, however much it sends, so that a second request never reaches the first one's server. It seems to end when
/// the client ends or the answer is over.
/// </summary>
internal sealed class RequestBodyEnd : IDuplexEnd
{
    private readonly IDuplexEnd _inner;
    private readonly CancellationTokenSource _answered = new();
    private readonly ChunkedBody? _chunks;
    private long _left;

    /// <summary>Makes one.</summary>
    public RequestBodyEnd(IDuplexEnd inner, HttpRequestHead head)
    {
        _inner = inner;
        _left = head.Body == HttpBodyKind.Counted ? head.BodyBytes : 0;
        _chunks = head.Body == HttpBodyKind.Chunked ? new ChunkedBody() : null;
        IsWhole = head.Body == HttpBodyKind.None || (head.Body == HttpBodyKind.Counted && _left == 0);
    }

    private bool IsWhole { get; set; }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _answered.Token);
        try
        {
            while (true)
            {
                int read = await _inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return IsWhole ? 0 : throw new IOException("the client ended in the middle of its request");
                }

                int taken = Take(buffer.Span[..read]);
                if (taken > 0)
                {
                    return taken;
                }
            }
        }
        catch (OperationCanceledException) when (_answered.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _inner.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        await _inner.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
        await _answered.CancelAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Abort() => _inner.Abort();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        _answered.Dispose();
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        if (IsWhole)
        {
            return 0;
        }

        if (_chunks is null)
        {
            int taken = (int)Math.Min(_left, bytes.Length);
            _left -= taken;
            IsWhole = _left == 0;
            return taken;
        }

        ParseStatus status = _chunks.Advance(bytes, out int consumed);
        IsWhole = status == ParseStatus.Done;
        return status == ParseStatus.Invalid ? throw new IOException("the request's chunks are not well formed") : consumed;
    }
}
