using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>An admin changes a member's role. Does not count where it would leave the network without an admin.</summary>
/// <param name="Node">The member.</param>
/// <param name="Role">Its role from now on.</param>
public sealed record RoleBody(NodeId Node, MemberRole Role) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => BodyType.Role;

    /// <inheritdoc/>
    public override int EncodedLength => NodeId.Length + 1;

    internal static RoleBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 node) && TryReadRole(ref reader, out MemberRole role) ? new RoleBody(new NodeId(node), role) : null;

    internal override void Encode(ref SpanWriter writer)
    {
        Node.WriteTo(writer.Take(NodeId.Length));
        writer.WriteByte((byte)Role);
    }
}
