using Kith.Apps.Copying;

namespace Kith.Cli.Daemon;

/// <summary>The standard input and output of this process as one end of a connection. Reading blocks a thread of its own.</summary>
internal sealed class StandardEnd : IDuplexEnd
{
    private readonly bool _readsNothing;
    private readonly bool _closesOutput;

    /// <summary>Makes one.</summary>
    /// <param name="readsNothing">Whether the input is left alone and counts as ended.</param>
    /// <param name="closesOutput">Whether the output is closed when the other side has ended, while input may still come.</param>
    public StandardEnd(bool readsNothing, bool closesOutput)
    {
        _readsNothing = readsNothing;
        _closesOutput = closesOutput;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _readsNothing
        ? ValueTask.FromResult(0)
        : new ValueTask<int>(Task.Run(() => StandardStreams.Read(buffer.Span), cancellationToken).WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        new(Task.Run(() => StandardStreams.Write(bytes.Span), cancellationToken).WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        if (_closesOutput)
        {
            StandardStreams.CloseOutput();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Abort()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
