using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>What became of each file.</summary>
internal sealed partial class ReceiveSession
{
    private readonly SemaphoreSlim _asking = new(1);

    private async ValueTask SettleAsync(IncomingFile file, OutcomeKind outcome, string reason, CancellationToken cancellationToken)
    {
        file.State = IncomingState.Finishing;
        if (!_open.TryRemove(file.Index, out _))
        {
            return;
        }

        // Before the sender hears of it: then it may announce another in its stead.
        string shown = file.Shown;
        file.Folder.Release();
        Count.Skip(file.Details.Size - file.BytesCounted);
        await _writer.WriteAsync(new OutcomeRecord(file.Index, outcome, WireText.Cut(reason, SendLimits.TextBytesMax)), cancellationToken).ConfigureAwait(false);
        TransferEventKind what = outcome switch
        {
            OutcomeKind.Received => TransferEventKind.Received,
            OutcomeKind.Identical => TransferEventKind.Identical,
            OutcomeKind.Kept => TransferEventKind.Kept,
            _ => TransferEventKind.Failed,
        };
        Count.Add(what);
        _context.Tell(new TransferEvent(what, _peer.Name, shown, reason.Length > 0 ? reason : null));
        SettleOne();
    }

    /// <summary>A disk that is full ends the transfer; everything else only this file.</summary>
    private async ValueTask FailAsync(IncomingFile file, Exception error, CancellationToken cancellationToken)
    {
        if (DiskTrouble.IsFull(error))
        {
            _failure.TrySetResult(new StopRecord(StopReason.DiskFull));
            return;
        }

        await SettleAsync(file, OutcomeKind.Failed, "the receiver could not write it: " + DiskTrouble.Describe(error), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>It came damaged: asks for it once more, from the beginning.</summary>
    private async ValueTask AskAgainAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        Count.Skip(-file.BytesCounted);
        file.BytesCounted = 0;
        if (file.Tries >= SendLimits.FileTriesMax)
        {
            RemovePartial(file);
            await SettleAsync(file, OutcomeKind.Failed, "it arrived damaged", cancellationToken).ConfigureAwait(false);
            return;
        }

        await WantAsync(file, [], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AbandonAsync(uint index, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(index, out IncomingFile? file))
        {
            // Its outcome and this crossed on the way.
            return;
        }

        if (_begun == file)
        {
            // The task that writes it hears of it in its turn.
            _begun = null;
            await _large.Writer.WriteAsync(new LargeStep(null, new Record(RecordKind.Abandon, [], 0)), cancellationToken).ConfigureAwait(false);
        }
        else if (file.State is IncomingState.Wanted or IncomingState.Comparing)
        {
            await SettleAsync(file, OutcomeKind.Failed, "the sender could not read it", cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw new TransferProtocolException("a file was given up that nobody waits for");
        }
    }

    /// <summary>One file less to wait for, or once the end of the list.</summary>
    private void SettleOne()
    {
        if (Interlocked.Decrement(ref _unsettled) == 0)
        {
            _settledAll.TrySetResult();
        }
    }

    private static void RemovePartial(IncomingFile file)
    {
        try
        {
            file.Folder.Directory.Remove(file.Partial.Data);
            file.Folder.Directory.Remove(file.Partial.Journal);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            // It takes room and does no harm: the next try finds it.
        }
    }
}
