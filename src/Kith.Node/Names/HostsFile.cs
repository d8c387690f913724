using System.Security.Cryptography;
using Kith.Tunnel.Linux;

namespace Kith.Node.Names;

/// <summary>
/// A small text file of the system that is changed as a whole: by replacing it, so that nobody ever reads half of it, or in place where it cannot be
/// replaced because it is a mount of its own (containers). Mode and owner stay. Nodes on one machine take turns.
/// </summary>
internal sealed class HostsFile
{
    /// <summary>The largest file that is touched.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const string LockPath = "/run/kith-hosts.lock";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);

    /// <summary>Names the file; a symbolic link stands for what it leads to.</summary>
    public HostsFile(string path)
    {
        FileInfo file = new(path);
        Path = (file.LinkTarget is null ? null : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName) ?? file.FullName;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Replaces the content by what <paramref name="change"/> makes of it; does nothing if that is the same.</summary>
    public void Change(Func<byte[], byte[]> change)
    {
        using FileStream? turn = TakeTurn();
        byte[] content = [];
        if (File.Exists(Path))
        {
            if (new FileInfo(Path).Length > BytesMax)
            {
                throw new IOException($"{Path} is larger than {BytesMax} bytes; Kith does not touch it.");
            }

            content = File.ReadAllBytes(Path);
        }

        byte[] changed = change(content);
        if (!changed.AsSpan().SequenceEqual(content))
        {
            if (!TryReplace(changed))
            {
                WriteInPlace(changed);
            }
        }
    }

    private bool TryReplace(byte[] content)
    {
        string temporary = $"{Path}.kith-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (File.Exists(Path) && !FileOwnership.TryCopy(Path, temporary))
            {
                return false;
            }

            File.Move(temporary, Path, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A mount of its own (EBUSY), or a directory that may not be written to.
            return false;
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private void WriteInPlace(byte[] content)
    {
        using FileStream stream = new(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        stream.Write(content);
        stream.SetLength(content.Length);
        stream.Flush(flushToDisk: true);
    }

    // Two nodes that change the file at once would each undo the other's work. Without a lock (other systems, other users) that risk is taken.
    private static FileStream? TakeTurn()
    {
        DateTime giveUp = DateTime.UtcNow + LockPatience;
        while (OperatingSystem.IsLinux())
        {
            try
            {
                return new FileStream(LockPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1);
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                return null;
            }
            catch (IOException)
            {
                if (DateTime.UtcNow >= giveUp)
                {
                    return null;
                }

                Thread.Sleep(LockRetry);
            }
        }

        return null;
    }
}
