using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>What a revocation was about.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RevokedKind>))]
public enum RevokedKind
{
    /// <summary>A member's device.</summary>
    Device,

    /// <summary>An invite.</summary>
    Invite,
}
