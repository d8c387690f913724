using System.Buffers;
using System.Security.Cryptography;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Unfinished files on the disk: finds where one may go on, and what it needs to be written.</summary>
internal static class PartialStore
{
    /// <summary>
    /// The places from which a file may go on: what is surely on the disk, and all that is there. After a kill both are good; after a power cut perhaps only
    /// the first. Which of them holds is for the sender to say, who has the original.
    /// </summary>
    public static ResumePoint[] FindPoints(IncomingFile file, CancellationToken cancellationToken)
    {
        RootedDirectory directory = file.Folder.Directory;
        if (ReadJournal(directory, file.Partial.Journal) is not { } journal
            || journal.Details.Size != file.Details.Size
            || journal.Details.ModifiedNanoseconds != file.Details.ModifiedNanoseconds)
        {
            return [];
        }

        using SafeFileHandle? data = directory.OpenFile(file.Partial.Data, forWriting: false);
        if (data is null)
        {
            return [];
        }

        long length = Math.Min(RandomAccess.GetLength(data), file.Details.Size);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<ResumePoint> points = [];
        long hashed = 0;
        foreach (long offset in (ReadOnlySpan<long>)[Math.Min(journal.FlushedBytes, length), length])
        {
            if (offset > hashed)
            {
                Hash(data, hash, hashed, offset, cancellationToken);
                hashed = offset;
                points.Add(new ResumePoint(offset, CurrentOf(hash)));
            }
        }

        return [.. points];
    }

    /// <summary>The hash of an ordinary file and its length. Null if it is none, or gone.</summary>
    public static ResumePoint? HashOf(RootedDirectory directory, string name, CancellationToken cancellationToken)
    {
        using SafeFileHandle? data = directory.OpenFile(name, forWriting: false);
        if (data is null)
        {
            return null;
        }

        long length = RandomAccess.GetLength(data);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Hash(data, hash, 0, length, cancellationToken);
        return new ResumePoint(length, CurrentOf(hash));
    }

    /// <summary>Adds a part of a file to a hash.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    public static void Hash(SafeFileHandle data, IncrementalHash hash, long from, long to, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SendLimits.DataBytesMax);
        try
        {
            while (from < to)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = RandomAccess.Read(data, buffer.AsSpan(0, (int)Math.Min(to - from, SendLimits.DataBytesMax)), from);
                if (count == 0)
                {
                    throw new EndOfStreamException("the file became shorter");
                }

                hash.AppendData(buffer, 0, count);
                from += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The hash so far.</summary>
    public static Bytes32 CurrentOf(IncrementalHash hash)
    {
        Span<byte> value = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(value);
        return new Bytes32(value);
    }

    /// <summary>Makes a new file under the name of an unfinished one, in the place of what an earlier try left there.</summary>
    public static SafeFileHandle CreateAnew(RootedDirectory directory, string name)
    {
        const int Private = 0x180;
        if (directory.CreateFile(name, Private) is { } created)
        {
            return created;
        }

        directory.Remove(name);
        return directory.CreateFile(name, Private) ?? throw new IOException($"{name}: another program makes it again and again");
    }

    private static PartialJournal? ReadJournal(RootedDirectory directory, string name)
    {
        using SafeFileHandle? handle = directory.OpenFile(name, forWriting: false);
        if (handle is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[PartialJournal.Bytes + 1];
        int count = RandomAccess.Read(handle, bytes, 0);
        return PartialJournal.TryDecode(bytes[..count], out PartialJournal journal) ? journal : null;
    }
}
