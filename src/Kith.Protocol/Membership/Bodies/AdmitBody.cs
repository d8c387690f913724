using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>An admin admits a device by its key, without an invite; or decides a forked author by naming the head of the branch that stands.</summary>
/// <param name="Node">The device.</param>
/// <param name="Name">The name it gets, unless it is a member already.</param>
/// <param name="Role">The role it gets, unless it is a member already.</param>
/// <param name="StandingHead">The hash of a statement by the device: its branch stands. Zero where there is nothing to decide.</param>
public sealed record AdmitBody(NodeId Node, string Name, MemberRole Role, Bytes32 StandingHead) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => BodyType.Admit;

    /// <inheritdoc/>
    public override int EncodedLength => NodeId.Length + 1 + Name.Length + 1 + Bytes32.Length;

    internal static AdmitBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 node)
        && DeviceName.TryRead(ref reader, out string? name)
        && TryReadRole(ref reader, out MemberRole role)
        && TryReadBytes32(ref reader, out Bytes32 head)
            ? new AdmitBody(new NodeId(node), name, role, head)
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        Node.WriteTo(writer.Take(NodeId.Length));
        DeviceName.Write(ref writer, Name);
        writer.WriteByte((byte)Role);
        StandingHead.WriteTo(writer.Take(Bytes32.Length));
    }
}
