using System.Collections.Concurrent;
using System.Threading.Channels;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>
/// One connection of a sender. Several tasks share it: one announces files, one hears what the receiver wants, a few read small files, one reads large
/// ones, one writes to the stream; nobody waits for an answer to a single file. The task that hears never waits for the one that writes, or both sides could stand still.
/// </summary>
internal sealed partial class SendSession(Stream stream, SendJob job) : IDisposable
{
    /// <summary>How many tasks read small files.</summary>
    public const int SmallReaders = 3;

    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(1);

    private readonly RecordReader _reader = new(stream);
    private readonly RecordWriter _writer = new(stream);
    private readonly ConcurrentDictionary<uint, SourceFile> _open = new();
    private readonly SemaphoreSlim _entrySlots = new(SendLimits.OpenEntriesMax);
    private readonly SemaphoreSlim _folderSlots = new(SendLimits.OpenFoldersMax);

    // Both hold files that are open, each once: no more than SendLimits.OpenEntriesMax.
    private readonly Channel<SourceFile> _small = Channel.CreateUnbounded<SourceFile>();
    private readonly Channel<SourceFile> _large = Channel.CreateUnbounded<SourceFile>();
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the receiver took the transfer.</summary>
    public bool IsAccepted => _accepted.Task.IsCompletedSuccessfully;

    /// <summary>Sends everything; returns when the receiver has said that all of it is safe.</summary>
    /// <exception cref="IOException">The link was lost.</exception>
    /// <exception cref="TransferStoppedException">The receiver ended it.</exception>
    /// <exception cref="TransferRefusedException">The receiver does not want it.</exception>
    /// <exception cref="TransferProtocolException">The receiver broke the protocol.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using CancellationTokenSource writerEnding = new();
        Task writing = Task.Run(() => _writer.RunAsync(writerEnding.Token), CancellationToken.None);
        Task hearing = Task.Run(() => HearAsync(ending.Token), CancellationToken.None);
        List<Task> running =
        [
            writing,
            hearing,
            SilenceWatch.RunAsync(_reader, ending.Token),
            Task.Run(() => AnnounceAsync(ending.Token), CancellationToken.None),
            Task.Run(() => SendLargeAsync(ending.Token), CancellationToken.None),
        ];
        for (int i = 0; i < SmallReaders; i++)
        {
            running.Add(Task.Run(() => SendSmallAsync(ending.Token), CancellationToken.None));
        }

        try
        {
            await WatchAsync(running, hearing).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await SayGoodbyeAsync(writing).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            _writer.Complete();
            await Task.WhenAny(writing, Task.Delay(LastWordsLimit, CancellationToken.None)).ConfigureAwait(false);
            await writerEnding.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ForgetOpen();
        }
    }

    /// <summary>Returns when the receiver is through; throws what any task throws. What the receiver said goes before a stream that broke because it did.</summary>
    private static async Task WatchAsync(List<Task> running, Task hearing)
    {
        HashSet<Task> watched = [.. running];
        while (true)
        {
            Task first = await Task.WhenAny(watched).ConfigureAwait(false);
            if (first.IsFaulted && first != hearing && first.Exception.InnerException is IOException)
            {
                await Task.WhenAny(hearing, Task.Delay(LastWordsLimit)).ConfigureAwait(false);
                if (hearing.IsFaulted)
                {
                    await hearing.ConfigureAwait(false);
                }
            }

            await first.ConfigureAwait(false);
            if (first == hearing)
            {
                return;
            }

            watched.Remove(first);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _entrySlots.Dispose();
        _folderSlots.Dispose();
    }

    private async Task SayGoodbyeAsync(Task writing)
    {
        using CancellationTokenSource limit = new(LastWordsLimit);
        try
        {
            await _writer.WriteAsync(new StopRecord(StopReason.Stopped), limit.Token).ConfigureAwait(false);
            _writer.Complete();
            await writing.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ChannelClosedException)
        {
            // Whoever cannot be told notices that the stream ends.
        }
    }

    private void ForgetOpen()
    {
        foreach (SourceFile file in _open.Values)
        {
            job.Count.Skip(-file.BytesCounted);
        }
    }
}
