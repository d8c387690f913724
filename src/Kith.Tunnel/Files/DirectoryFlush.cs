namespace Kith.Tunnel.Files;

/// <summary>
/// Makes a directory's entries durable: after a file was created, renamed or removed, only a flush of its directory keeps that over a power
/// cut. Systems for which there is no implementation keep entries by themselves, or as well as they can.
/// </summary>
public static partial class DirectoryFlush
{
    /// <summary>Flushes a directory to the disk.</summary>
    /// <exception cref="IOException">The system could not.</exception>
    public static void Flush(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (OperatingSystem.IsLinux())
        {
            FlushOnLinux(directory);
        }
    }
}
