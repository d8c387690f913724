namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What an SSDP message says.</summary>
public enum SsdpKind
{
    /// <summary>The answer to a search.</summary>
    Answer,

    /// <summary>A device or service is there (<c>ssdp:alive</c>).</summary>
    Alive,

    /// <summary>It goes (<c>ssdp:byebye</c>).</summary>
    ByeBye,
}
