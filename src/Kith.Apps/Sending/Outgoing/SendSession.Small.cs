using System.Buffers;
using System.Security.Cryptography;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>Small files, each whole in one record; several tasks read ahead, and in what order they are sent means nothing.</summary>
internal sealed partial class SendSession
{
    private async Task SendSmallAsync(CancellationToken cancellationToken)
    {
        await foreach (SourceFile file in _small.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (file.IsSettled)
            {
                continue;
            }

            byte[]? record;
            int length;
            try
            {
                record = ReadWhole(file, out length);
            }
            catch (Exception error) when (DiskTrouble.IsOfDisk(error))
            {
                await AbandonAsync(file, DiskTrouble.Describe(error), cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (record is null)
            {
                // It has grown, or changes all the time: the way of large files copes with both.
                _large.Writer.TryWrite(file);
                continue;
            }

            int carried = length - RecordHeader.Bytes - WholeRecord.PrefixBytes;
            file.Answered();
            await _writer.WriteAsync(record, length, cancellationToken).ConfigureAwait(false);
            Count(file, carried);
        }
    }

    /// <summary>The whole record of a file in a buffer of the pool; null if the file is too large by now, or not the same for as long as it was read.</summary>
    private static byte[]? ReadWhole(SourceFile file, out int length)
    {
        length = 0;
        using SafeFileHandle handle = OpenedFile.Open(file.Item.Path);
        FileStatus status = OpenedFile.Look(handle);
        if (status.Size > SendLimits.DataBytesMax)
        {
            return null;
        }

        int size = (int)status.Size;
        const int Before = RecordHeader.Bytes + WholeRecord.PrefixBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Before + size);
        Span<byte> content = buffer.AsSpan(Before, size);
        int read = 0;
        while (read < size && RandomAccess.Read(handle, content[read..], read) is > 0 and var count)
        {
            read += count;
        }

        FileStatus after = OpenedFile.Look(handle);
        if (read < size || after.Size != status.Size || after.ModifiedNanoseconds != status.ModifiedNanoseconds)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        new RecordHeader(RecordKind.Whole, WholeRecord.PrefixBytes + size).Encode(buffer);
        new WholeRecord(file.Index, DetailsOf(status), new Bytes32(hash)).Encode(buffer.AsSpan(RecordHeader.Bytes));
        length = Before + size;
        return buffer;
    }

    private static EntryDetails DetailsOf(FileStatus status) =>
        new(status.Size, status.ModifiedNanoseconds, (ushort)(status.Mode & OpenedFile.ModeMask));

    private async ValueTask AbandonAsync(SourceFile file, string reason, CancellationToken cancellationToken)
    {
        job.Settle(file.Item.Shown, TransferEventKind.Failed, reason);
        file.Answered();
        await _writer.WriteAsync(new AbandonRecord(file.Index), cancellationToken).ConfigureAwait(false);
    }

    private void Count(SourceFile file, long bytes)
    {
        job.Count.Current = file.Item.Shown;
        file.BytesCounted += bytes;
        job.Count.Carry(bytes);
    }
}
