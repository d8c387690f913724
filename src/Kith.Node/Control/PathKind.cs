using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>The kinds of path, as `kith status` names them.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PathKind>))]
public enum PathKind
{
    /// <summary>No path is known to work.</summary>
    None,

    /// <summary>This device itself.</summary>
    Self,

    /// <summary>An address of the same local network.</summary>
    Lan,

    /// <summary>An address of the Internet or of another network, with nobody in between.</summary>
    Direct,

    /// <summary>Through one member.</summary>
    Relay,

    /// <summary>Through several members in a row.</summary>
    Mesh,

    /// <summary>Over TCP, where UDP does not pass.</summary>
    Tcp,
}
