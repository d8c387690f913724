namespace Kith.Simulator.Disk;

/// <summary>A file's content: what is safely on the disk, and what was written since the last sync.</summary>
internal sealed class SimFile
{
    private byte[] _durable = [];
    private readonly List<(int KeepBytes, byte[] Appended)> _pending = [];

    /// <summary>The content as a running program sees it.</summary>
    public byte[] Content { get; private set; } = [];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _pending.Add((Content.Length, bytes.ToArray()));
        Content = [.. Content, .. bytes];
    }

    public void Truncate(int length)
    {
        _pending.Add((length, []));
        Content = Content[..length];
    }

    public void Sync()
    {
        _durable = Content;
        _pending.Clear();
    }

    /// <summary>Keeps the writes up to a random one, and of the next one a part with a torn end.</summary>
    public void Crash(SeededRandom random)
    {
        int kept = random.NextBelow(_pending.Count + 1);
        byte[] content = _durable;
        for (int i = 0; i < kept; i++)
        {
            content = Apply(content, _pending[i], _pending[i].Appended.Length);
        }

        if (kept < _pending.Count && _pending[kept].Appended.Length > 0)
        {
            content = Apply(content, _pending[kept], random.NextBelow(_pending[kept].Appended.Length + 1));
            int torn = Math.Min(random.NextBelow(16), content.Length - _pending[kept].KeepBytes);
            random.Fill(content.AsSpan(content.Length - torn));
        }

        Content = content;
        Sync();
    }

    private static byte[] Apply(byte[] content, (int KeepBytes, byte[] Appended) write, int count) => [.. content[..write.KeepBytes], .. write.Appended[..count]];
}
