using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>States an invite: whoever holds the secret half of its key may join.</summary>
/// <param name="InviteKey">The invite's public key.</param>
/// <param name="Role">The role that joiners get. Members may invite members, admins both.</param>
/// <param name="Uses">How many devices may join with it; at least 1.</param>
/// <param name="ExpiresMilliseconds">Unix time in milliseconds after which nobody may join with it.</param>
public sealed record InviteBody(NodeId InviteKey, MemberRole Role, ushort Uses, ulong ExpiresMilliseconds) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => BodyType.Invite;

    /// <inheritdoc/>
    public override int EncodedLength => NodeId.Length + 1 + 2 + 8;

    internal static InviteBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 key)
        && TryReadRole(ref reader, out MemberRole role)
        && reader.TryReadUInt16(out ushort uses) && uses != 0
        && reader.TryReadUInt64(out ulong expires)
            ? new InviteBody(new NodeId(key), role, uses, expires)
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        InviteKey.WriteTo(writer.Take(NodeId.Length));
        writer.WriteByte((byte)Role);
        writer.WriteUInt16(Uses);
        writer.WriteUInt64(ExpiresMilliseconds);
    }
}
