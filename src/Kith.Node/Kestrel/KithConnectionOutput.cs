using System.IO.Pipelines;

namespace Kith.Node.Kestrel;

/// <summary>
/// A stream's output as Kestrel expects it: that nobody takes the bytes any more is a result there and no exception, because it is nothing unusual that a caller
/// goes away.
/// </summary>
internal sealed class KithConnectionOutput(PipeWriter output) : PipeWriter
{
    private static readonly FlushResult Gone = new(isCanceled: false, isCompleted: true);

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => output.UnflushedBytes;

    /// <inheritdoc/>
    public override void Advance(int bytes) => output.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        try
        {
            output.Complete(exception);
        }
        catch (IOException)
        {
            // What was not flushed yet goes nowhere.
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            ValueTask<FlushResult> flush = output.FlushAsync(cancellationToken);
            return flush.IsCompletedSuccessfully ? flush : FinishAsync(flush);
        }
        catch (IOException)
        {
            return new ValueTask<FlushResult>(Gone);
        }
    }

    private static async ValueTask<FlushResult> FinishAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return await flush.ConfigureAwait(false);
        }
        catch (IOException)
        {
            return Gone;
        }
    }
}
