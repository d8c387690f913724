using Microsoft.Win32.SafeHandles;

namespace Kith.Tunnel.Files;

/// <summary>
/// An open directory, and what is done to the names in it. A name is one component, never a path, and no link is ever followed: what happens through
/// this class happens in this very directory, wherever it is moved and whatever is put in its place. Failures of the system are
/// <see cref="IOException"/>s with the system's number as <see cref="Exception.HResult"/>. May be used by several threads at once.
/// </summary>
public abstract class RootedDirectory : IDisposable
{
    /// <summary>The file system it lies on.</summary>
    public abstract ulong Device { get; }

    /// <summary>Opens the directory of a path. Links on the way are followed: the path is the user's own.</summary>
    /// <exception cref="IOException">It cannot be opened, or is none.</exception>
    public static RootedDirectory Open(string path) => OperatingSystem.IsLinux() ? LinuxDirectory.OpenAt(path) : PortableDirectory.OpenAt(path);

    /// <summary>Opens a directory in this one.</summary>
    /// <exception cref="IOException">It cannot be opened, is missing, or is none.</exception>
    public abstract RootedDirectory OpenDirectory(string name);

    /// <summary>Makes a directory for the owner alone. False if something has the name already.</summary>
    public abstract bool TryCreateDirectory(string name);

    /// <summary>Looks at what has a name. Null if nothing has.</summary>
    public abstract FileStatus? Look(string name);

    /// <summary>Makes a new file and opens it for reading and writing. Null if something has the name already.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mode">Its permissions, of which the process's mask takes some away.</param>
    public abstract SafeFileHandle? CreateFile(string name, int mode);

    /// <summary>Opens an ordinary file. Null if it is missing.</summary>
    /// <exception cref="IOException">It cannot be opened, or is something else.</exception>
    public abstract SafeFileHandle? OpenFile(string name, bool forWriting);

    /// <summary>Renames within this directory, at once. False if something has the new name and is not to be replaced.</summary>
    public abstract bool TryRename(string from, string to, bool replace);

    /// <summary>Removes a file or a link, if it is there.</summary>
    public abstract void Remove(string name);

    /// <summary>Makes a symbolic link. False if something has the name already.</summary>
    public abstract bool TryCreateLink(string name, string target, long modifiedNanoseconds);

    /// <summary>Where a link leads, as it is written in it. Null if it is no link.</summary>
    public abstract string? ReadLink(string name);

    /// <summary>Sets the permissions of this directory and the time it was last written.</summary>
    public abstract void SetDetails(int mode, long modifiedNanoseconds);

    /// <summary>Returns when the names in this directory survive a power cut.</summary>
    public abstract void Flush();

    /// <summary>Returns when everything that was written to this file system survives a power cut. False if the system cannot do that in one go.</summary>
    public abstract bool TryFlushFileSystem();

    /// <summary>Keeps every other process that asks in the same way out of this directory until this is disposed. False if another has it.</summary>
    public abstract bool TryLock();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Refuses whatever is no name of something in this very directory.</summary>
    protected static void CheckName(string name)
    {
        if (string.IsNullOrEmpty(name) || name is "." or ".." || name.AsSpan().ContainsAny('/', '\0') || name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ArgumentException("This is no name in a directory.", nameof(name));
        }
    }
}
