using System.Threading.Channels;
using Kith.Apps.Sending.Wire;
using Kith.Tunnel.Files;
using Microsoft.Win32.SafeHandles;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// Puts files that are written into their places, many at a time: one flush of the file system for all contents, then the renames, and what the
/// next flush has covered is said to be received. So a file never has its own name before its content is on the disk, nothing is called received that
/// a power cut could take, and small files cost a fraction of a flush each.
/// </summary>
internal sealed class Finisher(
    RootedDirectory target,
    Func<IncomingFile, OutcomeKind, string, CancellationToken, ValueTask> settle)
{
    /// <summary>How many files are put into place together.</summary>
    public const int BatchMax = 2048;

    /// <summary>So few are flushed one by one.</summary>
    public const int FewMax = 8;

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(20);

    private readonly Channel<IncomingFile> _written = Channel.CreateBounded<IncomingFile>(BatchMax);
    private readonly List<IncomingFile> _batch = [];
    private readonly List<(IncomingFile File, OutcomeKind Outcome, string Reason)> _placed = [];
    private int _isTouched;

    /// <summary>A file that is written in full.</summary>
    public ValueTask AddAsync(IncomingFile file, CancellationToken cancellationToken) => _written.Writer.WriteAsync(file, cancellationToken);

    /// <summary>Something else has changed that is to survive a power cut.</summary>
    public void Touch() => Volatile.Write(ref _isTouched, 1);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _written.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_written.Reader.Count < BatchMax / 2)
            {
                await Task.Delay(GatherTime, cancellationToken).ConfigureAwait(false);
            }

            do
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            while (_placed.Count > 0);
        }
    }

    /// <summary>Once <see cref="RunAsync"/> has nothing left: returns when folders survive a power cut, too.</summary>
    public async Task FlushLastAsync()
    {
        if (Volatile.Read(ref _isTouched) != 0)
        {
            await Task.Factory.StartNew(() => Flush([target]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>After the end of a transfer that was not complete: gives what is written its place, and tells nobody.</summary>
    public async Task KeepWhatIsWrittenAsync()
    {
        while (_written.Reader.TryRead(out IncomingFile? file))
        {
            _batch.Add(file);
        }

        try
        {
            await PlaceAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            // It stays under its hidden name, and is sent again.
        }
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        while (_batch.Count < BatchMax && _written.Reader.TryRead(out IncomingFile? file))
        {
            _batch.Add(file);
        }

        List<(IncomingFile File, OutcomeKind Outcome, string Reason)> covered = [.. _placed];
        _placed.Clear();
        await PlaceAsync(covered).ConfigureAwait(false);
        foreach ((IncomingFile file, OutcomeKind outcome, string reason) in covered)
        {
            await settle(file, outcome, reason, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task PlaceAsync() => PlaceAsync([]);

    // On a thread of its own: a flush may take seconds, and the pool has few threads.
    private Task PlaceAsync(List<(IncomingFile File, OutcomeKind Outcome, string Reason)> covered) =>
        _batch.Count == 0 && covered.Count == 0
            ? Task.CompletedTask
            : Task.Factory.StartNew(() => Place(covered), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Place(List<(IncomingFile File, OutcomeKind Outcome, string Reason)> covered)
    {
        IncomingFile[] unflushed = [.. _batch.Where(static file => !file.IsFlushed)];
        RootedDirectory[] renamedIn = [.. covered.Select(static item => item.File.Folder.Directory).Distinct()];
        if (unflushed.Length + renamedIn.Length <= FewMax)
        {
            // A flush of the whole file system would wait for what other programs have written, too.
            FlushEach(unflushed, renamedIn);
        }
        else
        {
            Flush([.. unflushed.Select(static file => file.Folder.Directory), .. renamedIn]);
        }

        foreach (IncomingFile file in _batch)
        {
            (OutcomeKind outcome, string reason) = PlaceOne(file);
            _placed.Add((file, outcome, reason));
        }

        _batch.Clear();
    }

    private static void FlushEach(IncomingFile[] files, RootedDirectory[] directories)
    {
        foreach (IncomingFile file in files)
        {
            using SafeFileHandle? data = file.Folder.Directory.OpenFile(file.Partial.Data, forWriting: true);
            if (data is not null)
            {
                RandomAccess.FlushToDisk(data);
            }
        }

        foreach (RootedDirectory directory in directories)
        {
            directory.Flush();
        }
    }

    private void Flush(RootedDirectory[] directories)
    {
        Volatile.Write(ref _isTouched, 0);
        foreach (IGrouping<ulong, RootedDirectory> device in directories.GroupBy(static directory => directory.Device))
        {
            if (!device.First().TryFlushFileSystem())
            {
                foreach (RootedDirectory directory in device.Distinct())
                {
                    directory.Flush();
                }
            }
        }
    }

    private static (OutcomeKind Outcome, string Reason) PlaceOne(IncomingFile file)
    {
        if (file.IsPlaced)
        {
            return (OutcomeKind.Received, string.Empty);
        }

        RootedDirectory directory = file.Folder.Directory;
        try
        {
            (OutcomeKind Outcome, string Reason) placed = file.Place == ConflictPolicy.Rename ? PlaceBeside(file, directory) : PlaceItself(file, directory);
            if (file.Details.Size > SendLimits.DataBytesMax)
            {
                directory.Remove(file.Partial.Journal);
            }

            return placed;
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            return (OutcomeKind.Failed, "the receiver could not put it into its place: " + DiskTrouble.Describe(error));
        }
    }

    private static (OutcomeKind Outcome, string Reason) PlaceItself(IncomingFile file, RootedDirectory directory)
    {
        if (directory.TryRename(file.Partial.Data, file.Name, replace: file.Place == ConflictPolicy.Overwrite))
        {
            return (OutcomeKind.Received, string.Empty);
        }

        directory.Remove(file.Partial.Data);
        return (OutcomeKind.Kept, "another file of that name has come meanwhile");
    }

    private static (OutcomeKind Outcome, string Reason) PlaceBeside(IncomingFile file, RootedDirectory directory)
    {
        foreach (string name in FreeName.For(file.Name))
        {
            if (directory.TryRename(file.Partial.Data, name, replace: false))
            {
                return (OutcomeKind.Received, $"as {Printable.Of(name)}");
            }

            if (file.LinkTarget is null
                && directory.Look(name) is { Kind: FileKind.Regular } other && other.Size == file.Details.Size
                && PartialStore.HashOf(directory, name, CancellationToken.None) is { } there && there.Sha256 == file.Sha256)
            {
                directory.Remove(file.Partial.Data);
                return (OutcomeKind.Identical, $"as {Printable.Of(name)}");
            }
        }

        directory.Remove(file.Partial.Data);
        return (OutcomeKind.Failed, "there are too many files of that name");
    }
}
