using System.Collections.Concurrent;
using System.Threading.Channels;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;
using Kith.Node;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// One connection of a receiver. Believes nothing: names are single components in order, folders are opened without following links, sizes and counts
/// have limits, content is hashed. One task hears; others look at what is there, write small files, write large ones, and put what is complete into its place.
/// </summary>
internal sealed partial class ReceiveSession : IDisposable
{
    private const int Checkers = 2;
    private const int SmallWriters = 3;
    private const int SmallQueueMax = 32;
    private const int LargeQueueMax = 16;

    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly ReceiveContext _context;
    private readonly KithPeer _peer;
    private readonly RecordReader _reader;
    private readonly RecordWriter _writer;
    private readonly ConcurrentDictionary<uint, IncomingFile> _open = new();
    private readonly ConcurrentDictionary<uint, Task> _asked = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<StopRecord> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settledAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Holds files that are open, each once: no more than SendLimits.OpenEntriesMax.
    private readonly Channel<IncomingFile> _toCheck = Channel.CreateUnbounded<IncomingFile>();
    private readonly Channel<(IncomingFile File, Record Record)> _toWrite = Channel.CreateBounded<(IncomingFile, Record)>(SmallQueueMax);
    private readonly Channel<LargeStep> _large = Channel.CreateBounded<LargeStep>(new BoundedChannelOptions(LargeQueueMax) { SingleReader = true, SingleWriter = true });
    private readonly Finisher _finisher;
    private readonly IncomingFolder _top;
    private ConflictPolicy _conflicts;
    private IncomingFolder _folder;
    private int _openFolders;
    private int _unsettled = 1;
    private long _announced;
    private volatile bool _isListed;

    /// <summary>Makes one for a stream whose first record was read.</summary>
    public ReceiveSession(ReceiveContext context, KithPeer peer, RecordReader reader, RecordWriter writer, HelloRecord hello)
    {
        _context = context;
        _peer = peer;
        _reader = reader;
        _writer = writer;
        _conflicts = context.Options.Conflicts;
        _top = IncomingFolder.Top(context.Target);
        _folder = _top;
        _finisher = new Finisher(context.Target, SettleAsync);
        Count.Files = hello.Files;
        Count.Bytes = hello.Bytes;
    }

    /// <summary>The numbers.</summary>
    public TransferCount Count { get; } = new();

    /// <summary>Why it ended, in words, if it did not end well.</summary>
    public string Reason { get; private set; } = string.Empty;

    /// <summary>Receives everything.</summary>
    /// <param name="writing">The writer at work. It is not completed here.</param>
    /// <param name="cancellationToken">Ends the transfer; the sender is told.</param>
    public async Task<ReceiveEnd> RunAsync(Task writing, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stopping = cancellationToken.Register(() => _failure.TrySetResult(new StopRecord(StopReason.Stopped)));
        CancellationToken token = _ending.Token;
        Task hearing = Task.Run(() => HearAsync(token), CancellationToken.None);
        Task finishing = Task.Run(() => _finisher.RunAsync(token), CancellationToken.None);
        Task watching = SilenceWatch.RunAsync(_reader, token);
        List<Task> writers = [Task.Run(() => WriteLargeAsync(token), CancellationToken.None)];
        writers.AddRange(Enumerable.Range(0, SmallWriters).Select(_ => Task.Run(() => WriteSmallAsync(token), CancellationToken.None)));
        List<Task> running = [hearing, finishing, watching, .. writers];
        running.AddRange(Enumerable.Range(0, Checkers).Select(_ => Task.Run(() => CheckAsync(token), CancellationToken.None)));
        try
        {
            await Task.WhenAny([.. running, writing, _failure.Task, _settledAll.Task]).ConfigureAwait(false);
            if (running.Find(static task => task.IsFaulted) is { } broken)
            {
                await broken.ConfigureAwait(false);
            }

            if (_failure.Task.IsCompletedSuccessfully)
            {
                return await EndAsync(await _failure.Task.ConfigureAwait(false)).ConfigureAwait(false);
            }

            if (!_settledAll.Task.IsCompleted)
            {
                // The writer is what ended: the link is gone.
                await writing.ConfigureAwait(false);
            }

            await _finisher.FlushLastAsync().ConfigureAwait(false);
            await _writer.WriteAsync(RecordKind.Done, CancellationToken.None).ConfigureAwait(false);
            return ReceiveEnd.Done;
        }
        catch (TransferStoppedException stop)
        {
            Reason = Printable.Of(stop.Stop.Text);
            return ReceiveEnd.Stopped;
        }
        catch (TransferProtocolException error)
        {
            return await EndAsync(new StopRecord(StopReason.Protocol, error.Message)).ConfigureAwait(false);
        }
        catch (Exception error) when (DiskTrouble.IsFull(error))
        {
            return await EndAsync(new StopRecord(StopReason.DiskFull)).ConfigureAwait(false);
        }
        catch (IOException) when (finishing.IsFaulted)
        {
            return await EndAsync(new StopRecord(StopReason.Failed, "the disk does not write")).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            Reason = Printable.Of(error.Message);
            return ReceiveEnd.Lost;
        }
        finally
        {
            // What has come already is written, as far as that goes quickly: it need not come again.
            _large.Writer.TryComplete();
            _toWrite.Writer.TryComplete();
            await Task.WhenAny(Task.WhenAll(writers), Task.Delay(DrainLimit, CancellationToken.None)).ConfigureAwait(false);
            await _ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. running, .. _asked.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _finisher.KeepWhatIsWrittenAsync().ConfigureAwait(false);
            CloseAll();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Dispose();
        _asking.Dispose();
    }

    private async Task<ReceiveEnd> EndAsync(StopRecord stop)
    {
        Reason = stop.Reason switch
        {
            StopReason.DiskFull => "the disk is full",
            StopReason.Protocol => $"it broke the protocol: {stop.Text}",
            _ => stop.Text,
        };
        using CancellationTokenSource limit = new(LastWordsLimit);
        try
        {
            await _writer.WriteAsync(stop, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            // A sender that cannot be told notices that the stream ends.
        }

        return ReceiveEnd.Failed;
    }

    private void CloseAll()
    {
        foreach (IncomingFile file in _open.Values)
        {
            file.Folder.Abandon();
        }

        _folder.Abandon();

        while (_toWrite.Reader.TryRead(out (IncomingFile File, Record Record) left))
        {
            left.Record.Return();
        }

        while (_large.Reader.TryRead(out LargeStep step))
        {
            step.Record.Return();
        }
    }
}
