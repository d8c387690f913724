using Kith.Apps.Copying;
using Kith.Node.Control;

namespace Kith.Cli.Daemon;

/// <summary>The standard input and output of this process as one end of a connection. Reading blocks a thread of its own.</summary>
internal sealed class StandardEnd : IDuplexEnd
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

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

    /// <summary>Why the output takes no more, such as a full disk; null where it does, and where somebody ended it that read it, which is no mistake.</summary>
    public ControlException? OutputProblem { get; private set; }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _readsNothing
        ? ValueTask.FromResult(0)
        : new ValueTask<int>(Task.Run(() => StandardStreams.Read(buffer.Span), cancellationToken).WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        new(Task.Run(() => Write(bytes.Span), cancellationToken).WaitAsync(cancellationToken));

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

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            StandardStreams.Write(bytes);
        }
        catch (IOException failure) when (failure.HResult != StandardStreams.BrokenPipe)
        {
            OutputProblem = new ControlException(
                failure.HResult is NoSpace or QuotaExceeded ? ControlError.TargetFull : ControlError.TargetNotWritable,
                $"The output cannot be written: {failure.Message}. What is there is not whole.",
                "Make room, or let it go elsewhere, and start again.",
                failure);
            throw;
        }
    }
}
