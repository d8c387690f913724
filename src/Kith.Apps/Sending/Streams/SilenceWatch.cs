namespace Kith.Apps.Sending.Streams;

/// <summary>Notices a link that was lost without a word: both sides say that they live every few seconds.</summary>
internal static class SilenceWatch
{
    /// <summary>How long nothing may come: four signs of life lost in a row.</summary>
    public static readonly TimeSpan Limit = 4 * RecordWriter.AliveInterval;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Ends with an exception when the link is silent for too long.</summary>
    /// <exception cref="IOException">Nothing came for <see cref="Limit"/>.</exception>
    public static async Task RunAsync(RecordReader reader, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(LookInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Silence > Limit)
            {
                throw new IOException($"nothing was heard for {Limit.TotalSeconds} s");
            }
        }
    }
}
