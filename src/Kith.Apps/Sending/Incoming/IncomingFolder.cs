using Kith.Apps.Sending.Wire;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Incoming;

/// <summary>
/// A folder that receives. It is open until everything in it has its place; then its time and permissions are set, because each file that comes into it
/// changes the one and needs the other. Counted from any thread; <see cref="Names"/> belongs to the task that hears.
/// </summary>
internal sealed class IncomingFolder
{
    private readonly RootedDirectory? _directory;
    private readonly Action? _completed;
    private EntryDetails _details;
    private int _open = 1;

    private IncomingFolder(IncomingFolder? parent, string shown, RootedDirectory? directory, bool isFresh, string? trouble, Action? completed)
    {
        Parent = parent;
        Shown = shown;
        Depth = parent is null ? 0 : parent.Depth + 1;
        IsFresh = isFresh;
        Trouble = trouble;
        _directory = directory;
        _completed = completed;
    }

    /// <summary>The folder around it; null for the one that receives everything.</summary>
    public IncomingFolder? Parent { get; }

    /// <summary>Its path from there on, for people; empty for that one itself.</summary>
    public string Shown { get; }

    /// <summary>In how many folders it lies.</summary>
    public int Depth { get; }

    /// <summary>Whether it was made for this transfer just now: nothing can be in it that was not put there since.</summary>
    public bool IsFresh { get; }

    /// <summary>Why nothing can be put into it; null if that is possible.</summary>
    public string? Trouble { get; }

    /// <summary>The name announced last in it.</summary>
    public NameOrder Names { get; } = new();

    /// <summary>The folder itself.</summary>
    public RootedDirectory Directory => _directory ?? throw new InvalidOperationException("a folder in trouble was used");

    /// <summary>The folder that receives everything.</summary>
    public static IncomingFolder Top(RootedDirectory directory) => new(null, string.Empty, directory, isFresh: false, null, null);

    /// <summary>Makes or opens a folder in this one. Trouble with the disk becomes the folder's.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public IncomingFolder Enter(string name, Action completed)
    {
        string shown = ShownOf(name);
        Add();
        if (Trouble is not null)
        {
            return new IncomingFolder(this, shown, null, isFresh: false, Trouble, completed);
        }

        try
        {
            bool isFresh = Directory.TryCreateDirectory(name);
            return new IncomingFolder(this, shown, Directory.OpenDirectory(name), isFresh, null, completed);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error) && !DiskTrouble.IsFull(error))
        {
            FileKind? kind = LookQuietly(name);
            string trouble = kind is null or FileKind.Directory
                ? $"the folder {shown} cannot be made there: {DiskTrouble.Describe(error)}"
                : $"{shown} is no folder there";
            return new IncomingFolder(this, shown, null, isFresh: false, trouble, completed);
        }
    }

    /// <summary>The path of a name in it, for people.</summary>
    public string ShownOf(string name) => Printable.Of(Shown.Length == 0 ? name : Shown + "/" + name);

    /// <summary>One more file or folder in it that has no place yet.</summary>
    public void Add() => Interlocked.Increment(ref _open);

    /// <summary>Everything in it was announced.</summary>
    public void Leave(EntryDetails details)
    {
        _details = details;
        Release();
    }

    /// <summary>One fewer.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _open) != 0 || Parent is null)
        {
            return;
        }

        try
        {
            _directory?.SetDetails(_details.Mode, _details.ModifiedNanoseconds);
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            // A folder of somebody else that was there before: its files are what counts.
        }

        _directory?.Dispose();
        _completed?.Invoke();
        Parent.Release();
    }

    /// <summary>Closes it and those around it, but for the one that receives everything. For folders that will not be completed.</summary>
    public void Abandon()
    {
        for (IncomingFolder folder = this; folder.Parent is not null; folder = folder.Parent)
        {
            folder._directory?.Dispose();
        }
    }

    private FileKind? LookQuietly(string name)
    {
        try
        {
            return Directory.Look(name)?.Kind;
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error))
        {
            return null;
        }
    }
}
