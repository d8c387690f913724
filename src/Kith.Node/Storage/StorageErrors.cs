using Kith.Protocol.Core;

namespace Kith.Node.Storage;

/// <summary>What an error of the file system means.</summary>
internal static class StorageErrors
{
    /// <summary>ENOSPC, "no space left on device".</summary>
    private const int NoSpace = 28;

    /// <summary>EDQUOT, "disk quota exceeded".</summary>
    private const int QuotaExceeded = 122;

    /// <summary>EFBIG, "file too large": a limit set on the process.</summary>
    private const int FileTooLarge = 27;

    /// <summary>ERROR_DISK_FULL as an HRESULT.</summary>
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    internal static bool IsFull(IOException error) => error.HResult is NoSpace or QuotaExceeded or FileTooLarge or WindowsDiskFull;

    internal static bool IsStorage(Exception error) => error is IOException or UnauthorizedAccessException;

    internal static StoreResult ToResult(string path, Exception error) =>
        error is IOException io && IsFull(io)
            ? StoreResult.Full($"No room on the disk to write {path}. Nothing that was kept before is lost.")
            : StoreResult.Failed($"Could not write {path}: {error.Message}");
}
