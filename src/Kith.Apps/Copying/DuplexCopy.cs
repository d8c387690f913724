namespace Kith.Apps.Copying;

/// <summary>
/// Joins two ends: what one says the other hears, both ways at once. Ends of halves and resets pass through. Nothing is allocated for a chunk.
/// </summary>
internal static class DuplexCopy
{
    /// <summary>Copies until both halves have ended or one end broke, then disposes both ends. Never throws for what happens on the way.</summary>
    public static async Task<CopyResult> RunAsync(IDuplexEnd near, IDuplexEnd far, CancellationToken cancellationToken)
    {
        await using (near.ConfigureAwait(false))
        await using (far.ConfigureAwait(false))
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<CopyResult> outward = OneWayAsync(near, far, CopyResult.NearBroke, CopyResult.FarBroke, stop.Token);
            Task<CopyResult> inward = OneWayAsync(far, near, CopyResult.FarBroke, CopyResult.NearBroke, stop.Token);
            Task<CopyResult> first = await Task.WhenAny(outward, inward).ConfigureAwait(false);
            CopyResult result = await first.ConfigureAwait(false);
            Task<CopyResult> second = first == outward ? inward : outward;
            if (result == CopyResult.Completed)
            {
                result = await second.ConfigureAwait(false);
            }

            if (result != CopyResult.Completed)
            {
                near.Abort();
                far.Abort();
                await stop.CancelAsync().ConfigureAwait(false);
                await second.ConfigureAwait(false);
            }

            return cancellationToken.IsCancellationRequested && result != CopyResult.Completed ? CopyResult.Cancelled : result;
        }
    }

    private static async Task<CopyResult> OneWayAsync(IDuplexEnd from, IDuplexEnd to, CopyResult fromBroke, CopyResult toBroke, CancellationToken cancellationToken)
    {
        using CopyBuffer buffer = new();
        bool isReading = true;
        try
        {
            while (true)
            {
                isReading = true;
                int read = await from.ReadAsync(buffer.Memory, cancellationToken).ConfigureAwait(false);
                isReading = false;
                if (read == 0)
                {
                    await to.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
                    return CopyResult.Completed;
                }

                await to.WriteAsync(buffer.Memory[..read], cancellationToken).ConfigureAwait(false);
                buffer.Adapt(read);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return isReading ? fromBroke : toBroke;
        }
    }
}
