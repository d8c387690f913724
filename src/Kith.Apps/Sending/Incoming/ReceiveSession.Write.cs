using System.Security.Cryptography;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Writes what arrives: small files by several tasks at once, large ones by one.</summary>
internal sealed partial class ReceiveSession
{
    private async Task WriteSmallAsync(CancellationToken cancellationToken)
    {
        await foreach ((IncomingFile file, Record record) in _toWrite.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                bool isSound = TryWriteWhole(file, record.Body.Span);
                if (!isSound)
                {
                    await AskAgainAsync(file, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                file.State = IncomingState.Finishing;
                await _finisher.AddAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (DiskTrouble.IsOfDisk(error))
            {
                RemovePartial(file);
                await FailAsync(file, error, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                record.Return();
            }
        }
    }

    private bool TryWriteWhole(IncomingFile file, ReadOnlySpan<byte> body)
    {
        _ = WholeRecord.TryDecode(body, out WholeRecord whole);
        ReadOnlySpan<byte> content = body[WholeRecord.PrefixBytes..];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        if (new Bytes32(hash) != whole.Sha256)
        {
            return false;
        }

        file.Details = whole.Details;
        file.Sha256 = whole.Sha256;
        Carried(file, content.Length);
        using SafeFileHandle handle = PartialStore.CreateAnew(file.Folder.Directory, file.Partial.Data);
        RandomAccess.Write(handle, content, 0);
        OpenedFile.SetDetails(handle, whole.Details.ModifiedNanoseconds, whole.Details.Mode);
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            file.IsFlushed = true;
        }

        return true;
    }

    private async Task WriteLargeAsync(CancellationToken cancellationToken)
    {
        IncomingFile? file = null;
        LargeFile? open = null;
        try
        {
            await foreach (LargeStep step in _large.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    file = step.File ?? file;
                    open = await WriteLargeAsync(file!, open, step, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception error) when (DiskTrouble.IsOfDisk(error))
                {
                    open?.Dispose();
                    open = null;
                    await FailAsync(file!, error, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    step.Record.Return();
                }
            }
        }
        finally
        {
            open?.Dispose();
        }
    }

    /// <summary>Takes one step; returns the file that is open after it. Content of a file that has failed already is passed over.</summary>
    private async ValueTask<LargeFile?> WriteLargeAsync(IncomingFile file, LargeFile? open, LargeStep step, CancellationToken cancellationToken)
    {
        switch (step.Record.Kind)
        {
            case RecordKind.Begin when BeginRecord.TryDecode(step.Record.Body.Span, out BeginRecord begin):
                open?.Dispose();
                if (!_open.ContainsKey(file.Index))
                {
                    return null;
                }

                file.Details = begin.Details;
                Count.Skip(begin.Offset - file.BytesCounted);
                file.BytesCounted = begin.Offset;
                return LargeFile.Open(file, begin.Offset, cancellationToken);
            case RecordKind.Data when open is not null:
                if (step.Record.Body.Length > file.Details.Size - open.Offset)
                {
                    throw new TransferProtocolException("more content than the file has");
                }

                open.Write(step.Record.Body.Span);
                Carried(file, step.Record.Body.Length);
                return open;
            case RecordKind.End when open is not null && EndRecord.TryDecode(step.Record.Body.Span, out EndRecord end):
                await EndLargeAsync(file, open, end, cancellationToken).ConfigureAwait(false);
                return null;
            case RecordKind.Abandon:
                open?.Dispose();
                await SettleAsync(file, OutcomeKind.Failed, "the sender could not read it", cancellationToken).ConfigureAwait(false);
                return null;
            default:
                return open;
        }
    }

    private async ValueTask EndLargeAsync(IncomingFile file, LargeFile open, EndRecord end, CancellationToken cancellationToken)
    {
        bool isSound;
        try
        {
            if (open.Offset != file.Details.Size)
            {
                throw new TransferProtocolException("less content than the file has");
            }

            isSound = open.Hash() == end.Sha256;
            if (isSound)
            {
                await Task.Factory.StartNew(open.Finish, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
        }
        finally
        {
            open.Dispose();
        }

        if (!isSound)
        {
            await AskAgainAsync(file, cancellationToken).ConfigureAwait(false);
            return;
        }

        file.Sha256 = end.Sha256;
        file.IsFlushed = true;
        file.State = IncomingState.Finishing;
        await _finisher.AddAsync(file, cancellationToken).ConfigureAwait(false);
    }

    private void Carried(IncomingFile file, long bytes)
    {
        Count.Current = file.Shown;
        file.BytesCounted += bytes;
        Count.Carry(bytes);
    }
}
