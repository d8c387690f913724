using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>
/// Removes a device or an invite for good. Of what a removed device wrote, that stands which the revocation had seen and whose sequence number
/// is at most <see cref="LastStanding"/>. Of the joins by a removed invite, those stand which the revocation had seen.
/// </summary>
/// <param name="IsInvite">Whether <see cref="Key"/> is an invite's key and not a device's.</param>
/// <param name="Key">The device or the invite.</param>
/// <param name="LastStanding">The last sequence number of the device that stands; 0 for an invite.</param>
public sealed record RevokeBody(bool IsInvite, NodeId Key, ulong LastStanding) : StatementBody
{
    private const byte KindNode = 1;
    private const byte KindInvite = 2;

    /// <inheritdoc/>
    public override BodyType Type => BodyType.Revoke;

    /// <inheritdoc/>
    public override int EncodedLength => 1 + NodeId.Length + 8;

    internal static RevokeBody? Read(ref SpanReader reader) =>
        reader.TryReadByte(out byte kind) && kind is KindNode or KindInvite
        && TryReadBytes32(ref reader, out Bytes32 key)
        && reader.TryReadUInt64(out ulong last) && (kind == KindNode || last == 0)
            ? new RevokeBody(kind == KindInvite, new NodeId(key), last)
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        writer.WriteByte(IsInvite ? KindInvite : KindNode);
        Key.WriteTo(writer.Take(NodeId.Length));
        writer.WriteUInt64(LastStanding);
    }
}
