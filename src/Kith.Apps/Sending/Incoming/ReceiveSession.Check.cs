using Kith.Apps.Sending.Wire;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Decides on each file: whether it is wanted, from where on, and what becomes of another one in its place.</summary>
internal sealed partial class ReceiveSession
{
    private async ValueTask OfferAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        if (file.Folder.Trouble is { } trouble)
        {
            await SettleAsync(file, OutcomeKind.Failed, trouble, cancellationToken).ConfigureAwait(false);
        }
        else if (file.Folder.IsFresh)
        {
            await WantAsync(file, [], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _toCheck.Writer.TryWrite(file);
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        await foreach (IncomingFile file in _toCheck.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await CheckAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (DiskTrouble.IsOfDisk(error))
            {
                await FailAsync(file, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CheckAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        FileStatus? existing = file.Folder.Directory.Look(file.Name);
        if (existing is null)
        {
            await WantPlacedAsync(file, cancellationToken).ConfigureAwait(false);
        }
        else if (file.LinkTarget is not null && existing is { Kind: FileKind.Link } && file.Folder.Directory.ReadLink(file.Name) == file.LinkTarget)
        {
            await SettleAsync(file, OutcomeKind.Identical, string.Empty, cancellationToken).ConfigureAwait(false);
        }
        else if (file.State == IncomingState.Deciding && file.LinkTarget is null && existing is { Kind: FileKind.Regular } && existing.Value.Size == file.Details.Size
            && PartialStore.HashOf(file.Folder.Directory, file.Name, cancellationToken) is { } theirs)
        {
            file.State = IncomingState.Comparing;
            await _writer.WriteAsync(new VerdictRecord(file.Index, VerdictKind.Compare, [theirs]), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ResolveAsync(file, existing.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask HandleComparedAsync(IncomingFile file, bool isSame, CancellationToken cancellationToken)
    {
        if (isSame)
        {
            if (file.Details.Size > SendLimits.DataBytesMax)
            {
                RemovePartial(file);
            }

            await SettleAsync(file, OutcomeKind.Identical, string.Empty, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Not deciding any more but finishing: what is there differs, and is not compared again.
        file.State = IncomingState.Finishing;
        _toCheck.Writer.TryWrite(file);
    }

    private async ValueTask ResolveAsync(IncomingFile file, FileStatus existing, CancellationToken cancellationToken)
    {
        if (existing.Kind == FileKind.Directory)
        {
            await SettleAsync(file, OutcomeKind.Failed, "a folder of that name is there", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (_conflicts == ConflictPolicy.Ask && _context.Questions is { } questions)
        {
            // Not awaited: other files go on while somebody thinks.
            Task asked = AskAsync(questions, file, existing, cancellationToken);
            _asked[file.Index] = asked;
            _ = asked.ContinueWith(_ => _asked.TryRemove(file.Index, out Task? _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }

        await ApplyAsync(file, _conflicts, cancellationToken).ConfigureAwait(false);
    }

    private async Task AskAsync(IReceiveQuestions questions, IncomingFile file, FileStatus existing, CancellationToken cancellationToken)
    {
        try
        {
            ConflictPolicy policy = await ChooseAsync(questions, file, existing, cancellationToken).ConfigureAwait(false);
            await ApplyAsync(file, policy, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The transfer ended meanwhile.
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            await FailAsync(file, error, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ConflictPolicy> ChooseAsync(IReceiveQuestions questions, IncomingFile file, FileStatus existing, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_conflicts != ConflictPolicy.Ask)
            {
                return _conflicts;
            }

            IncomingConflict conflict = new(
                _peer.Name,
                file.Shown,
                file.Details.Size,
                TimeOf(file.Details.ModifiedNanoseconds),
                existing.Size,
                TimeOf(existing.ModifiedNanoseconds));
            ConflictChoice choice = await questions.ResolveAsync(conflict, cancellationToken).ConfigureAwait(false);
            _conflicts = choice.ForAll ? choice.Policy : _conflicts;
            return choice.Policy;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async ValueTask ApplyAsync(IncomingFile file, ConflictPolicy policy, CancellationToken cancellationToken)
    {
        if (policy is ConflictPolicy.Ask or ConflictPolicy.Keep)
        {
            string reason = policy == ConflictPolicy.Ask ? "another file of that name is there; the receiver can say --overwrite or --rename" : "another file of that name is there";
            await SettleAsync(file, OutcomeKind.Kept, reason, cancellationToken).ConfigureAwait(false);
            return;
        }

        file.Place = policy;
        await WantPlacedAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>It has a place: asks for a file's content, or makes a link.</summary>
    private async ValueTask WantPlacedAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        if (file.LinkTarget is null)
        {
            bool mayBeBegun = file.Details.Size > SendLimits.DataBytesMax;
            await WantAsync(file, mayBeBegun ? PartialStore.FindPoints(file, cancellationToken) : [], cancellationToken).ConfigureAwait(false);
            return;
        }

        file.State = IncomingState.Finishing;
        file.Folder.Directory.Remove(file.Partial.Data);
        _ = file.Folder.Directory.TryCreateLink(file.Partial.Data, file.LinkTarget, file.Details.ModifiedNanoseconds);
        file.IsFlushed = true;
        await _finisher.AddAsync(file, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask PlaceLinkAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (!LinkTarget.StaysInside(file.LinkTarget!, file.Folder.Depth))
            {
                await SettleAsync(file, OutcomeKind.Failed, "a link that leads out of what is sent", cancellationToken).ConfigureAwait(false);
            }
            else if (file.Folder.Trouble is { } trouble)
            {
                await SettleAsync(file, OutcomeKind.Failed, trouble, cancellationToken).ConfigureAwait(false);
            }
            else if (file.Folder.Directory.TryCreateLink(file.Name, file.LinkTarget!, file.Details.ModifiedNanoseconds))
            {
                file.State = IncomingState.Finishing;
                file.IsFlushed = file.IsPlaced = true;
                await _finisher.AddAsync(file, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _toCheck.Writer.TryWrite(file);
            }
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            await FailAsync(file, error, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WantAsync(IncomingFile file, ResumePoint[] points, CancellationToken cancellationToken)
    {
        file.Points = points;
        file.Tries++;
        file.State = IncomingState.Wanted;
        await _writer.WriteAsync(new VerdictRecord(file.Index, VerdictKind.Send, points), cancellationToken).ConfigureAwait(false);
    }

    private static DateTimeOffset TimeOf(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
}
