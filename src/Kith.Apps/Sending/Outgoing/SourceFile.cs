using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>A file or link that was announced and has no outcome yet.</summary>
internal sealed class SourceFile(uint index, SourceItem item, SourceFolder? folder)
{
    private int _isQueued;
    private volatile bool _isSettled;

    /// <summary>Its number.</summary>
    public uint Index { get; } = index;

    /// <summary>What the walk said of it.</summary>
    public SourceItem Item { get; } = item;

    /// <summary>The folder it lies in; null for one that was named by itself.</summary>
    public SourceFolder? Folder { get; } = folder;

    /// <summary>What the receiver wants of it.</summary>
    public VerdictRecord? Wanted { get; private set; }

    /// <summary>How many verdicts there were.</summary>
    public int Verdicts { get; private set; }

    /// <summary>Bytes of it that the count has as done.</summary>
    public long BytesCounted { get; set; }

    /// <summary>Whether its outcome is known: nothing of it need be sent any more.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>Takes a verdict; false if one is being carried out still, or there were too many.</summary>
    public bool TryWant(VerdictRecord verdict)
    {
        if (Item.Kind != SourceItemKind.File || ++Verdicts > 2 * SendLimits.FileTriesMax || Interlocked.Exchange(ref _isQueued, 1) != 0)
        {
            return false;
        }

        Wanted = verdict;
        return true;
    }

    /// <summary>The verdict is about to be answered in full: another may come.</summary>
    public void Answered() => Volatile.Write(ref _isQueued, 0);

    /// <summary>Its outcome is known.</summary>
    public void Settle() => _isSettled = true;
}
