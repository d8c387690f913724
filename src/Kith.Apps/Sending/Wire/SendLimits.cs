namespace Kith.Apps.Sending.Wire;

/// <summary>Everything of `kith/send/1` that could grow, and how far it may.</summary>
internal static class SendLimits
{
    /// <summary>The version of the protocol that both sides speak.</summary>
    public const byte Version = 1;

    /// <summary>
    /// The bytes of files that one record carries at most; a file that is no longer travels whole in one record. Whole pages, and with what stands before
    /// them no more than 256 KiB.
    /// </summary>
    public const int DataBytesMax = 252 * 1024;

    /// <summary>The longest body of a record: the largest data and room for what describes it.</summary>
    public const int BodyBytesMax = (256 * 1024) - RecordHeader.Bytes;

    /// <summary>The longest name, as on every common file system.</summary>
    public const int NameBytesMax = 255;

    /// <summary>The longest target of a link (PATH_MAX less its closing zero).</summary>
    public const int LinkBytesMax = 4095;

    /// <summary>How many folders may lie in each other.</summary>
    public const int DepthMax = 128;

    /// <summary>Files and links in one transfer.</summary>
    public const uint EntriesMax = 100_000_000;

    /// <summary>Files and links that were announced and have no outcome yet.</summary>
    public const int OpenEntriesMax = 8192;

    /// <summary>Folders that were announced and are not complete with everything in them.</summary>
    public const int OpenFoldersMax = 512;

    /// <summary>The largest file: an offset must fit the system's.</summary>
    public const long FileBytesMax = 1L << 60;

    /// <summary>What one side tells the other in words.</summary>
    public const int TextBytesMax = 500;

    /// <summary>How often the same file is sent again because it came damaged or changed under way.</summary>
    public const int FileTriesMax = 3;

    /// <summary>Places from which a file may go on: what is there, and what of it was surely on the disk.</summary>
    public const int ResumePointsMax = 2;
}
