using System.Security.Cryptography;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Incoming;

/// <summary>A large file while it is written: under its hidden name, with a journal beside it. For one task; the flushing that it starts runs beside.</summary>
internal sealed class LargeFile : IDisposable
{
    /// <summary>After so many bytes the system is told to begin writing, so that the flush at the end has little left to do.</summary>
    public const int StartFlushBytes = 8 * 1024 * 1024;

    /// <summary>After so many bytes it is noted how much is surely on the disk.</summary>
    public const int CheckpointBytes = 64 * 1024 * 1024;

    private readonly SafeFileHandle _data;
    private readonly SafeFileHandle _journal;
    private readonly EntryDetails _details;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Task _checkpoint = Task.CompletedTask;
    private long _handedOver;
    private long _checkpointed;

    private LargeFile(SafeFileHandle data, SafeFileHandle journal, EntryDetails details)
    {
        _data = data;
        _journal = journal;
        _details = details;
    }

    /// <summary>Where the next bytes go.</summary>
    public long Offset { get; private set; }

    /// <summary>Opens the unfinished file of an earlier try at some place, or a new one.</summary>
    public static LargeFile Open(IncomingFile file, long offset, CancellationToken cancellationToken)
    {
        RootedDirectory directory = file.Folder.Directory;
        SafeFileHandle? data = offset > 0 ? directory.OpenFile(file.Partial.Data, forWriting: true) : null;
        data ??= offset == 0 ? PartialStore.CreateAnew(directory, file.Partial.Data) : throw new IOException("what was there of it is gone", 2);
        SafeFileHandle? journal = null;
        LargeFile? opened = null;
        try
        {
            journal = PartialStore.CreateAnew(directory, file.Partial.Journal);
            opened = new LargeFile(data, journal, file.Details);
            RandomAccess.SetLength(data, offset);
            PartialStore.Hash(data, opened._hash, 0, offset, cancellationToken);
            opened.Offset = opened._handedOver = opened._checkpointed = offset;
            opened.WriteJournal(0);
            return opened;
        }
        catch
        {
            if (opened is null)
            {
                journal?.Dispose();
                data.Dispose();
            }

            opened?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_data, bytes, Offset);
        _hash.AppendData(bytes);
        Offset += bytes.Length;
        if (Offset - _handedOver >= StartFlushBytes)
        {
            OpenedFile.StartFlush(_data, _handedOver, Offset - _handedOver);
            _handedOver = Offset;
        }

        if (Offset - _checkpointed >= CheckpointBytes && _checkpoint.IsCompleted)
        {
            _checkpointed = Offset;
            long flushed = Offset;
            _checkpoint = Task.Factory.StartNew(() => Checkpoint(flushed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>The hash of everything up to here.</summary>
    public Bytes32 Hash() => PartialStore.CurrentOf(_hash);

    /// <summary>Sets time and permissions, and returns when all of it survives a power cut.</summary>
    public void Finish()
    {
        _checkpoint.Wait();
        OpenedFile.SetDetails(_data, _details.ModifiedNanoseconds, _details.Mode);
        RandomAccess.FlushToDisk(_data);
    }

    /// <summary>Closes it. What was written stays.</summary>
    public void Dispose()
    {
        _checkpoint.Wait();
        _data.Dispose();
        _journal.Dispose();
        _hash.Dispose();
    }

    private void Checkpoint(long flushed)
    {
        try
        {
            RandomAccess.FlushToDisk(_data);
            WriteJournal(flushed);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            // The next write or the last flush meets the same, and says so.
        }
    }

    private void WriteJournal(long flushed)
    {
        Span<byte> bytes = stackalloc byte[PartialJournal.Bytes];
        new PartialJournal(_details, flushed).Encode(bytes);
        RandomAccess.Write(_journal, bytes, 0);
    }
}
