namespace Kith.Simulator.Disk;

/// <summary>
/// A file's content: what is safely on the disk, and what was written since the last sync. A crash keeps any part of the latter, in any order, and may tear a
/// write where a sector ends.
/// </summary>
internal sealed class SimFile
{
    /// <summary>What a disk writes whole or not at all.</summary>
    public const int SectorBytes = 512;

    private const double KeptShare = 0.5;

    private byte[] _durable = [];
    private readonly List<Change> _pending = [];

    /// <summary>The content as a running program sees it.</summary>
    public byte[] Content { get; private set; } = [];

    public void Append(ReadOnlySpan<byte> bytes) => Write(Content.Length, bytes);

    public void Write(int offset, ReadOnlySpan<byte> bytes) => Do(new Change(offset, bytes.ToArray(), IsCut: false));

    public void Truncate(int length) => Do(new Change(length, [], IsCut: true));

    /// <summary>All that was written is safe now.</summary>
    public void Sync()
    {
        foreach (Change change in _pending)
        {
            _durable = Apply(_durable, change);
        }

        _pending.Clear();
    }

    /// <summary>A sync that fails: what was to be written is dropped, and programs go on seeing it, as with systems that forget what they could not write.</summary>
    public void FailSync() => _pending.Clear();

    /// <summary>Keeps some of what was not synced, of some writes only some sectors.</summary>
    public void Crash(SeededRandom random)
    {
        byte[] content = _durable;
        foreach (Change change in _pending)
        {
            if (!random.Happens(KeptShare))
            {
                continue;
            }

            content = Apply(content, random.Happens(KeptShare) ? Tear(change, random) : change);
        }

        _durable = content;
        _pending.Clear();
        Content = content;
    }

    private static byte[] Apply(byte[] content, Change change)
    {
        byte[] changed = new byte[change.IsCut ? change.Offset : Math.Max(content.Length, change.Offset + change.Bytes.Length)];
        content.AsSpan(0, Math.Min(content.Length, changed.Length)).CopyTo(changed);
        change.Bytes.CopyTo(changed, change.Offset);
        return changed;
    }

    // The sectors up to a random one; those after it are as long as they were to be and hold nothing that means anything.
    private static Change Tear(Change change, SeededRandom random)
    {
        int sectors = (change.Offset + change.Bytes.Length - 1) / SectorBytes - (change.Offset / SectorBytes);
        if (change.IsCut || change.Bytes.Length == 0 || sectors == 0)
        {
            return change;
        }

        int kept = ((change.Offset / SectorBytes) + 1 + random.NextBelow(sectors)) * SectorBytes - change.Offset;
        byte[] torn = change.Bytes[..kept];
        if (random.Happens(KeptShare))
        {
            return change with { Bytes = torn };
        }

        byte[] garbage = new byte[change.Bytes.Length - kept];
        random.Fill(garbage);
        return change with { Bytes = [.. torn, .. garbage] };
    }

    private void Do(Change change)
    {
        _pending.Add(change);
        Content = Apply(Content, change);
    }

    private sealed record Change(int Offset, byte[] Bytes, bool IsCut);
}
