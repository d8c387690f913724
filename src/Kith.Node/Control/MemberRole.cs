using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>What a member may do.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<MemberRole>))]
public enum MemberRole
{
    /// <summary>May use the network, invite members, and rename itself.</summary>
    Member,

    /// <summary>May also invite, rename, promote and remove others.</summary>
    Admin,
}
