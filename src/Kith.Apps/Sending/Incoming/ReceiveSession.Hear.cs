using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Hears what the sender says, and checks it.</summary>
internal sealed partial class ReceiveSession
{
    private IncomingFile? _begun;

    private async Task HearAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Record record = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool isGivenAway = false;
            try
            {
                isGivenAway = await HandleAsync(record, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (!isGivenAway)
                {
                    record.Return();
                }
            }
        }
    }

    /// <summary>Handles a record; true if somebody else returns it.</summary>
    private async ValueTask<bool> HandleAsync(Record record, CancellationToken cancellationToken)
    {
        switch (record.Kind)
        {
            case RecordKind.Alive:
                return false;
            case RecordKind.Whole:
                await _toWrite.Writer.WriteAsync((TakeWanted(WholeOf(record)), record), cancellationToken).ConfigureAwait(false);
                return true;
            case RecordKind.Begin or RecordKind.Data or RecordKind.End:
                await _large.Writer.WriteAsync(new LargeStep(CheckLarge(record), record), cancellationToken).ConfigureAwait(false);
                return true;
            case RecordKind.File when FileRecord.TryDecode(record.Body.Span, out FileRecord? file):
                await OfferAsync(NewFile(file.Name, file.Details, null), cancellationToken).ConfigureAwait(false);
                return false;
            case RecordKind.Link when LinkRecord.TryDecode(record.Body.Span, out LinkRecord? link):
                await PlaceLinkAsync(NewFile(link.Name, new EntryDetails(0, link.ModifiedNanoseconds, 0), link.Target), cancellationToken).ConfigureAwait(false);
                return false;
            case RecordKind.Enter when FolderRecord.TryDecode(record.Body.Span, out FolderRecord? folder):
                Enter(folder.Name);
                return false;
            case RecordKind.Leave when LeaveRecord.TryDecode(record.Body.Span, out LeaveRecord leave) && _folder.Parent is { } parent:
                IncomingFolder left = _folder;
                _folder = parent;
                left.Leave(leave.Details);
                return false;
            case RecordKind.ListEnd when _folder == _top && record.Body.IsEmpty:
                _isListed = !_isListed ? true : throw new TransferProtocolException("a second end");
                SettleOne();
                return false;
            case RecordKind.Abandon when AbandonRecord.TryDecode(record.Body.Span, out AbandonRecord abandon):
                await AbandonAsync(abandon.Index, cancellationToken).ConfigureAwait(false);
                return false;
            case RecordKind.Compared when ComparedRecord.TryDecode(record.Body.Span, out ComparedRecord compared):
                await HandleComparedAsync(Take(compared.Index, IncomingState.Comparing), compared.IsSame, cancellationToken).ConfigureAwait(false);
                return false;
            case RecordKind.Stop when StopRecord.TryDecode(record.Body.Span, out StopRecord? stop):
                throw new TransferStoppedException(stop);
            default:
                throw new TransferProtocolException($"a record that is not understood ({(byte)record.Kind})");
        }
    }

    private static uint WholeOf(Record record) => WholeRecord.TryDecode(record.Body.Span, out WholeRecord whole)
        ? whole.Index
        : throw new TransferProtocolException("a file that is not whole");

    private void Enter(string name)
    {
        if (_isListed || _folder.Depth >= SendLimits.DepthMax || Interlocked.Increment(ref _openFolders) > SendLimits.OpenFoldersMax || !_folder.Names.TryNext(name))
        {
            throw new TransferProtocolException("a folder out of order, or too many of them");
        }

        _folder = _folder.Enter(name, HandleFolderComplete);
        _finisher.Touch();
    }

    private void HandleFolderComplete()
    {
        _finisher.Touch();
        Interlocked.Decrement(ref _openFolders);
    }

    private IncomingFile NewFile(string name, EntryDetails details, string? linkTarget)
    {
        if (_isListed || _announced >= SendLimits.EntriesMax || _open.Count >= SendLimits.OpenEntriesMax || !_folder.Names.TryNext(name))
        {
            throw new TransferProtocolException("a file out of order, or too many of them");
        }

        IncomingFile file = new((uint)_announced++, _folder, name, details, PartialName.Of(_peer.Id, name)) { LinkTarget = linkTarget };
        file.Folder.Add();
        Interlocked.Increment(ref _unsettled);
        _open[file.Index] = file;
        return file;
    }

    private IncomingFile Take(uint index, IncomingState state)
    {
        if (!_open.TryGetValue(index, out IncomingFile? file) || file.State != state)
        {
            throw new TransferProtocolException("something about a file that was not asked for");
        }

        return file;
    }

    private IncomingFile TakeWanted(uint index)
    {
        IncomingFile file = Take(index, IncomingState.Wanted);
        file.State = IncomingState.Arriving;
        return file;
    }

    /// <summary>Checks a record about a large file; returns the file if one begins.</summary>
    private IncomingFile? CheckLarge(Record record)
    {
        switch (record.Kind)
        {
            case RecordKind.Begin when BeginRecord.TryDecode(record.Body.Span, out BeginRecord begin):
                // The same one once more: it has changed under way.
                IncomingFile file = _begun is { } same && same.Index == begin.Index && begin.Offset == 0 ? same : TakeWanted(begin.Index);
                if (begin.Offset != 0 && !Array.Exists(file.Points, point => point.Offset == begin.Offset))
                {
                    throw new TransferProtocolException("a file that begins where none was");
                }

                _begun = file;
                return file;
            case RecordKind.Data when _begun is not null && !record.Body.IsEmpty && record.Body.Length <= SendLimits.DataBytesMax:
                return null;
            case RecordKind.End when _begun is not null && EndRecord.TryDecode(record.Body.Span, out _):
                _begun = null;
                return null;
            default:
                throw new TransferProtocolException("content of no file");
        }
    }
}
