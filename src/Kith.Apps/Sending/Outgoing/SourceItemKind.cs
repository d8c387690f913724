namespace Kith.Apps.Sending.Outgoing;

/// <summary>What a walk through the sources comes by.</summary>
internal enum SourceItemKind
{
    /// <summary>A folder begins.</summary>
    Enter,

    /// <summary>A file.</summary>
    File,

    /// <summary>A symbolic link that stays inside.</summary>
    Link,

    /// <summary>The folder entered last ends.</summary>
    Leave,

    /// <summary>Something that is never sent.</summary>
    LeftOut,

    /// <summary>Something that should be sent and cannot.</summary>
    Unreadable,
}
