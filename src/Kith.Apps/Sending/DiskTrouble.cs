namespace Kith.Apps.Sending;

/// <summary>What failures of the file system mean.</summary>
internal static class DiskTrouble
{
    private const int OperationNotPermitted = 1;
    private const int PermissionDenied = 13;
    private const int ReadOnly = 30;
    private const int FileTooLarge = 27;
    private const int NoSpace = 28;
    private const int TooManyLinks = 40;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether the file system said this.</summary>
    public static bool IsOfDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Whether there is no room.</summary>
    public static bool IsFull(Exception error) => error is IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull };

    /// <summary>Whether this user may not.</summary>
    public static bool IsNotPermitted(Exception error) =>
        error is UnauthorizedAccessException or IOException { HResult: OperationNotPermitted or PermissionDenied or ReadOnly };

    /// <summary>The failure in a few words.</summary>
    public static string Describe(Exception error) => error switch
    {
        UnauthorizedAccessException or IOException { HResult: OperationNotPermitted or PermissionDenied } => "permission denied",
        IOException { HResult: ReadOnly } => "the file system is read-only",
        IOException { HResult: FileTooLarge } => "too large for the file system",
        IOException { HResult: TooManyLinks } => "a link lies in its place",
        FileNotFoundException or DirectoryNotFoundException or IOException { HResult: 2 } => "it is gone",
        _ when IsFull(error) => "the disk is full",
        _ => Printable.Of(error.Message.TrimEnd('.')),
    };
}
