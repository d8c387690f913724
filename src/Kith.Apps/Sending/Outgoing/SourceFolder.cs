namespace Kith.Apps.Sending.Outgoing;

/// <summary>A folder that was announced and is not complete yet: counts what lies in it and has no outcome. Any thread.</summary>
internal sealed class SourceFolder(SourceFolder? parent, Action completed)
{
    private int _open = 1;

    /// <summary>The folder around it.</summary>
    public SourceFolder? Parent { get; } = parent;

    /// <summary>One more file, link or folder in it.</summary>
    public void Add() => Interlocked.Increment(ref _open);

    /// <summary>One fewer; or, once, everything in it was announced.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            completed();
            Parent?.Release();
        }
    }
}
