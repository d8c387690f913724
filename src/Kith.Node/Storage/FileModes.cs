namespace Kith.Node.Storage;

/// <summary>Who may read the state: its owner alone.</summary>
internal static class FileModes
{
    internal const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;

    /// <summary>Options to open a file that nobody but the owner may read once it is created.</summary>
    internal static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
        {
            options.UnixCreateMode = Private;
        }

        return options;
    }

    /// <summary>Creates a directory, if it is not there, for the owner alone.</summary>
    internal static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, PrivateDirectory);
        }
    }
}
