using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Copying;

/// <summary>
/// A stream of the private network that, if it breaks before its other side has said anything, finds out why. Until that is known, what is written to it is
/// swallowed, so that the reason comes before the consequences.
/// </summary>
internal sealed class WatchedEnd : IDuplexEnd
{
    private readonly KithStream _stream;
    private readonly Func<CancellationToken, ValueTask<ControlException?>> _explain;
    private volatile bool _hasSpoken;
    private ReadOnlyMemory<byte> _said;

    /// <summary>Takes a stream over.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="explain">Finds out why it broke; null if nobody knows.</param>
    public WatchedEnd(KithStream stream, Func<CancellationToken, ValueTask<ControlException?>> explain)
    {
        _stream = stream;
        _explain = explain;
    }

    /// <summary>Why it broke, once that was found out.</summary>
    public ControlException? Problem { get; private set; }

    /// <summary>What this end says in the place of the other side, once that has gone without a word; null for nothing but the break.</summary>
    public Func<ControlException, byte[]>? LastWords { get; set; }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Problem is not null)
        {
            return SayLastWords(buffer);
        }

        try
        {
            int read = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _hasSpoken = true;
            return read;
        }
        catch (IOException) when (!_hasSpoken)
        {
            Problem = await _explain(cancellationToken).ConfigureAwait(false);
            _hasSpoken = true;
            if (Problem is null || LastWords is null)
            {
                throw;
            }

            _said = LastWords(Problem);
            return SayLastWords(buffer);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!_hasSpoken || Problem is not null)
        {
            // The reader tells.
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!_hasSpoken || Problem is not null)
        {
            // The reader tells.
        }
    }

    /// <inheritdoc/>
    public void Abort() => _stream.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private int SayLastWords(Memory<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _said.Length);
        _said[..count].CopyTo(buffer);
        _said = _said[count..];
        return count;
    }
}
