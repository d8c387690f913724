using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core.Control;

/// <summary>The first message on a control stream, sent by whoever opened it: u16 version, 32 bytes network id, u8 purpose, 32 bytes node id.</summary>
/// <param name="Version">The protocol version of the sender.</param>
/// <param name="Network">The network the stream is about.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Node">The sender's node id. For a joiner it says who it will be; for a member it must match the session.</param>
public readonly record struct HelloMessage(ushort Version, NetworkId Network, StreamPurpose Purpose, NodeId Node)
{
    /// <summary>The length of the body in bytes.</summary>
    public const int BodyBytes = 2 + NetworkId.Length + 1 + NodeId.Length;

    /// <summary>Reads a body; false if it is not exactly one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out HelloMessage message)
    {
        message = default;
        SpanReader reader = new(body);
        if (body.Length != BodyBytes
            || !reader.TryReadUInt16(out ushort version)
            || !reader.TryReadBytes(NetworkId.Length, out ReadOnlySpan<byte> network)
            || !reader.TryReadByte(out byte purpose)
            || !reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> node)
            || purpose > (byte)StreamPurpose.Join)
        {
            return false;
        }

        message = new HelloMessage(version, new NetworkId(network), (StreamPurpose)purpose, new NodeId(node));
        return true;
    }

    /// <summary>Writes the body; returns <see cref="BodyBytes"/>.</summary>
    public int Encode(Span<byte> destination)
    {
        SpanWriter writer = new(destination);
        writer.WriteUInt16(Version);
        Network.WriteTo(writer.Take(NetworkId.Length));
        writer.WriteByte((byte)Purpose);
        Node.WriteTo(writer.Take(NodeId.Length));
        return writer.Position;
    }
}
