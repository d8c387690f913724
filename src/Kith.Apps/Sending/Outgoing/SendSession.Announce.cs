using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>Tells the receiver of everything there is, as far ahead as the limits let it.</summary>
internal sealed partial class SendSession
{
    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        await _writer.WriteAsync(job.Hello, cancellationToken).ConfigureAwait(false);
        await _accepted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        SourceFolder? folder = null;
        uint index = 0;
        foreach (SourceItem item in job.Walk())
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (item.Kind)
            {
                case SourceItemKind.Enter:
                    await _folderSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
                    folder?.Add();
                    folder = new SourceFolder(folder, () => _folderSlots.Release());
                    await _writer.WriteAsync(new FolderRecord(item.Name), cancellationToken).ConfigureAwait(false);
                    break;
                case SourceItemKind.Leave:
                    await _writer.WriteAsync(new LeaveRecord(item.Details), cancellationToken).ConfigureAwait(false);
                    SourceFolder left = folder!;
                    folder = left.Parent;
                    left.Release();
                    break;
                case SourceItemKind.File or SourceItemKind.Link when index < SendLimits.EntriesMax:
                    if (!job.IsSettled(item.Shown))
                    {
                        await OfferAsync(new SourceFile(index++, item, folder), cancellationToken).ConfigureAwait(false);
                    }

                    break;
                default:
                    job.Settle(
                        item.Shown,
                        item.Kind == SourceItemKind.LeftOut ? TransferEventKind.LeftOut : TransferEventKind.Failed,
                        item.Text.Length > 0 ? item.Text : $"more than {SendLimits.EntriesMax} files");
                    break;
            }
        }

        await _writer.WriteAsync(RecordKind.ListEnd, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OfferAsync(SourceFile file, CancellationToken cancellationToken)
    {
        await _entrySlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        file.Folder?.Add();
        _open[file.Index] = file;
        SourceItem item = file.Item;
        if (item.Kind == SourceItemKind.Link)
        {
            await _writer.WriteAsync(new LinkRecord(item.Details.ModifiedNanoseconds, item.Name, item.Text), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _writer.WriteAsync(new FileRecord(item.Details, item.Name), cancellationToken).ConfigureAwait(false);
        }
    }
}
