namespace Kith.Node.Storage;

/// <summary>
/// The directory in which a node keeps its state, held by this process alone from opening to disposal. Made if it is not there, for its owner alone.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The directory's full path.</summary>
    public string Path { get; }

    /// <summary>Where the node's key lies.</summary>
    public string NodeKeyPath => NodeKeyPathIn(Path);

    /// <summary>Where the files of the networks' statements lie.</summary>
    public string NetworksPath => System.IO.Path.Combine(Path, "networks");

    /// <summary>Where the small documents lie.</summary>
    public string DocumentsPath => System.IO.Path.Combine(Path, "documents");

    /// <summary>Where damaged files are set aside.</summary>
    public string DamagedPath => System.IO.Path.Combine(Path, "damaged");

    /// <summary>Where the node's key lies in a state directory, for readers that do not hold it.</summary>
    public static string NodeKeyPathIn(string path) => System.IO.Path.Combine(path, "node.key");

    /// <summary>Opens or creates a state directory and locks it.</summary>
    /// <exception cref="StateInUseException">Another process holds it.</exception>
    /// <exception cref="StateNotWritableException">It cannot be created or written.</exception>
    public static StateDirectory Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        string lockPath = System.IO.Path.Combine(full, LockName);
        FileStream? held = null;
        try
        {
            FileModes.CreateDirectory(full);
            using (FileStream made = new(lockPath, FileModes.Options(FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite)))
            {
            }

            // Held for reading, so that the disk may be made read-only meanwhile; the lock is the same.
            held = new FileStream(lockPath, FileModes.Options(FileMode.Open, FileAccess.Read, FileShare.None));
            StateDirectory directory = new(full, held);
            FileModes.CreateDirectory(directory.NetworksPath);
            FileModes.CreateDirectory(directory.DocumentsPath);
            directory.ProveWritable();
            return directory;
        }
        catch (IOException error) when (held is null && IsHeldByAnother(error))
        {
            throw new StateInUseException(full, error);
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            held?.Dispose();
            throw new StateNotWritableException(full, error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>Lets others have the directory.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>A read-only file system lets the lock be taken; only writing tells.</summary>
    private void ProveWritable()
    {
        string probe = System.IO.Path.Combine(Path, "probe");
        using (FileStream stream = new(probe, FileModes.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
        {
        }

        File.Delete(probe);
    }

    /// <summary>EAGAIN of flock(2) on Linux (11) and macOS (35), ERROR_SHARING_VIOLATION on Windows: how the runtime tells that a lock is held.</summary>
    private static bool IsHeldByAnother(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
