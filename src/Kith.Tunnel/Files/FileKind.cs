namespace Kith.Tunnel.Files;

/// <summary>What a name in a directory stands for.</summary>
public enum FileKind
{
    /// <summary>A device, a socket, a pipe.</summary>
    Other,

    /// <summary>An ordinary file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,
}
