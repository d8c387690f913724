namespace Kith.Protocol.Core.Applications;

/// <summary>Numbers of the named protocols (docs/protocol/82-streams.md).</summary>
public static class ApplicationConstants
{
    /// <summary>The TCP port of the virtual addresses that all named protocols share.</summary>
    public const ushort Port = 5485;

    /// <summary>Bytes of a protocol's name at most.</summary>
    public const int NameBytesMax = 64;

    /// <summary>Bytes of the longest preface.</summary>
    public const int PrefaceBytesMax = 1 + NameBytesMax;

    /// <summary>Names that are listened for on one node.</summary>
    public const int NamesMax = 256;

    /// <summary>Connections that have not said their protocol yet; one more is reset.</summary>
    public const int PrefacesMax = 256;

    /// <summary>Of them, those of one member.</summary>
    public const int PrefacesPerMemberMax = PrefacesMax / 4;

    /// <summary>Seconds in which a dialler must have named its protocol.</summary>
    public const int PrefaceSecondsMax = 10;
}
