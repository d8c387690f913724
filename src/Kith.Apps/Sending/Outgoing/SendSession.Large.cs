using System.Buffers;
using System.Security.Cryptography;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>Large files, one after the other, in pieces; and comparisons, which read a file from end to end as well.</summary>
internal sealed partial class SendSession
{
    private async Task SendLargeAsync(CancellationToken cancellationToken)
    {
        await foreach (SourceFile file in _large.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (file.IsSettled)
            {
                continue;
            }

            job.Count.Current = file.Item.Shown;
            try
            {
                using SafeFileHandle handle = OpenedFile.Open(file.Item.Path);
                if (file.Wanted!.Verdict == VerdictKind.Compare)
                {
                    await CompareAsync(file, handle, cancellationToken).ConfigureAwait(false);
                }
                else if (!await TrySendAsync(file, handle, cancellationToken).ConfigureAwait(false))
                {
                    await AbandonAsync(file, "it changes while it is read", cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception error) when (DiskTrouble.IsOfDisk(error))
            {
                await AbandonAsync(file, DiskTrouble.Describe(error), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task CompareAsync(SourceFile file, SafeFileHandle handle, CancellationToken cancellationToken)
    {
        ResumePoint theirs = file.Wanted!.Points[0];
        bool isSame = false;
        if (OpenedFile.Look(handle).Size == theirs.Offset)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            isSame = HashUpTo(handle, hash, 0, theirs.Offset, cancellationToken) && Current(hash) == theirs.Sha256;
        }

        file.Answered();
        await _writer.WriteAsync(new ComparedRecord(file.Index, isSame), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TrySendAsync(SourceFile file, SafeFileHandle handle, CancellationToken cancellationToken)
    {
        for (int attempt = 1; attempt <= SendLimits.FileTriesMax; attempt++)
        {
            FileStatus status = OpenedFile.Look(handle);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = attempt == 1 ? FindStart(file, handle, hash, status.Size, cancellationToken) : 0;
            job.Count.Skip(offset - file.BytesCounted);
            file.BytesCounted = offset;
            await _writer.WriteAsync(new BeginRecord(file.Index, DetailsOf(status), offset), cancellationToken).ConfigureAwait(false);
            if (!await SendFromAsync(file, handle, hash, offset, status.Size, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            FileStatus after = OpenedFile.Look(handle);
            if (after.Size == status.Size && after.ModifiedNanoseconds == status.ModifiedNanoseconds && file.BytesCounted == status.Size)
            {
                file.Answered();
                await _writer.WriteAsync(new EndRecord(Current(hash)), cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>The farthest of the places offered whose bytes are the same here; the hash is left as it is there.</summary>
    private static long FindStart(SourceFile file, SafeFileHandle handle, IncrementalHash hash, long size, CancellationToken cancellationToken)
    {
        ResumePoint[] points = file.Wanted!.Points;
        long found = 0;
        long hashed = 0;
        foreach (ResumePoint point in points)
        {
            if (point.Offset > size)
            {
                break;
            }

            hashed = HashUpTo(handle, hash, hashed, point.Offset, cancellationToken) ? point.Offset : -1;
            if (hashed < 0 || Current(hash) != point.Sha256)
            {
                break;
            }

            found = point.Offset;
        }

        if (found != hashed)
        {
            _ = Reset(hash);
            found = HashUpTo(handle, hash, 0, found, cancellationToken) ? found : Reset(hash);
        }

        return found;
    }

    private static long Reset(IncrementalHash hash)
    {
        Span<byte> unused = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(unused);
        return 0;
    }

    /// <summary>Sends what lies between two places, or up to the end of the file if that comes earlier; false if its outcome came meanwhile.</summary>
    private async Task<bool> SendFromAsync(SourceFile file, SafeFileHandle handle, IncrementalHash hash, long offset, long end, CancellationToken cancellationToken)
    {
        while (offset < end)
        {
            int want = (int)Math.Min(end - offset, SendLimits.DataBytesMax);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordHeader.Bytes + want);
            int count = RandomAccess.Read(handle, buffer.AsSpan(RecordHeader.Bytes, want), offset);
            if (count == 0 || file.IsSettled)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return !file.IsSettled;
            }

            hash.AppendData(buffer, RecordHeader.Bytes, count);
            new RecordHeader(RecordKind.Data, count).Encode(buffer);
            await _writer.WriteAsync(buffer, RecordHeader.Bytes + count, cancellationToken).ConfigureAwait(false);
            offset += count;
            Count(file, count);
        }

        return true;
    }

    private static bool HashUpTo(SafeFileHandle handle, IncrementalHash hash, long from, long to, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SendLimits.DataBytesMax);
        try
        {
            while (from < to)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(to - from, SendLimits.DataBytesMax)), from);
                if (count == 0)
                {
                    return false;
                }

                hash.AppendData(buffer, 0, count);
                from += count;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Bytes32 Current(IncrementalHash hash)
    {
        Span<byte> value = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(value);
        return new Bytes32(value);
    }
}
