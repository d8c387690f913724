using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>A device gets another name: by itself or by an admin.</summary>
/// <param name="Node">The member.</param>
/// <param name="Name">The name it should have; where another member has it, a number is put after it.</param>
public sealed record RenameBody(NodeId Node, string Name) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => BodyType.Rename;

    /// <inheritdoc/>
    public override int EncodedLength => NodeId.Length + 1 + Name.Length;

    internal static RenameBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 node) && DeviceName.TryRead(ref reader, out string? name) ? new RenameBody(new NodeId(node), name) : null;

    internal override void Encode(ref SpanWriter writer)
    {
        Node.WriteTo(writer.Take(NodeId.Length));
        DeviceName.Write(ref writer, Name);
    }
}
