using System.Text;

namespace Kith.Cli.Daemon.Logging;

/// <summary>
/// The log of a node in the background: `kith.log` in the state directory, and what came before it in `kith.log.1`; each holds at most
/// <see cref="BytesMax"/>. What cannot be written (a full disk) is dropped: a log must not stop the node.
/// </summary>
internal sealed class LogFile : ILineSink, IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "kith.log";

    /// <summary>The size in bytes at which a file is put aside.</summary>
    public const long BytesMax = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly Action<FileStream>? _opened;
    private FileStream _file;

    /// <summary>Opens or makes the file, private to its owner.</summary>
    /// <param name="stateDirectory">The state directory, which must exist.</param>
    /// <param name="opened">Is told of each file that becomes the current one.</param>
    public LogFile(string stateDirectory, Action<FileStream>? opened = null)
    {
        _path = Path.Combine(stateDirectory, FileName);
        _opened = opened;
        _file = Open();
    }

    /// <summary>The path of the current file.</summary>
    public string FilePath => _path;

    /// <inheritdoc/>
    public void Write(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            try
            {
                if (_file.Length + bytes.Length > BytesMax)
                {
                    _file.Dispose();
                    File.Move(_path, _path + ".1", overwrite: true);
                    _file = Open();
                }

                _file.Write(bytes);
                _file.Flush();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                // Nothing better can be done with a line that cannot be written.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file.Dispose();
        }
    }

    private FileStream Open()
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream file = new(_path, options);
        _opened?.Invoke(file);
        return file;
    }
}
