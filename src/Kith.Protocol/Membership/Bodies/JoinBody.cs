using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>
/// The author, a new device, enters the network with an invite. The statement is the first of the device's own chain and signed by it; the
/// invite key signs in the body. The chain is not the invite's, because an invite of several uses may be used in two places at
/// once, and that must not look like a fork.
/// </summary>
/// <param name="InviteKey">The invite's public key.</param>
/// <param name="Name">The name the device would like.</param>
/// <param name="InviteSignature">The invite key's Ed25519 signature over <see cref="SignedBytes"/>.</param>
public sealed record JoinBody(NodeId InviteKey, string Name, ReadOnlyMemory<byte> InviteSignature) : StatementBody
{
    private static ReadOnlySpan<byte> Domain => "kith join v1\n"u8;

    /// <inheritdoc/>
    public override BodyType Type => BodyType.Join;

    /// <inheritdoc/>
    public override int EncodedLength => NodeId.Length + 1 + Name.Length + Ed25519.SignatureBytes;

    /// <summary>Makes the body with the invite's key pair.</summary>
    public static JoinBody Sign(NodeKey invite, NetworkId network, NodeId node, string name)
    {
        ArgumentNullException.ThrowIfNull(invite);
        byte[] signature = new byte[Ed25519.SignatureBytes];
        invite.Sign(SignedBytes(network, node, name), signature);
        return new JoinBody(invite.Id, name, signature);
    }

    /// <summary>What the invite key signs: a domain, the network's id, the device's id, and the name with its length before it.</summary>
    public static byte[] SignedBytes(NetworkId network, NodeId node, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        byte[] bytes = new byte[Domain.Length + NetworkId.Length + NodeId.Length + 1 + name.Length];
        SpanWriter writer = new(bytes);
        writer.WriteBytes(Domain);
        network.WriteTo(writer.Take(NetworkId.Length));
        node.WriteTo(writer.Take(NodeId.Length));
        DeviceName.Write(ref writer, name);
        return bytes;
    }

    /// <summary>Whether the invite key signed that this device may join this network under this name.</summary>
    public bool IsSignedByInvite(NetworkId network, NodeId node)
    {
        Span<byte> key = stackalloc byte[NodeId.Length];
        InviteKey.WriteTo(key);
        return InviteSignature.Length == Ed25519.SignatureBytes && Ed25519.Verify(key, SignedBytes(network, node, Name), InviteSignature.Span);
    }

    /// <summary>Compared by content.</summary>
    public bool Equals(JoinBody? other) =>
        other is not null && InviteKey == other.InviteKey && Name == other.Name && InviteSignature.Span.SequenceEqual(other.InviteSignature.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(InviteKey, Name);

    internal static JoinBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 key)
        && DeviceName.TryRead(ref reader, out string? name)
        && reader.TryReadBytes(Ed25519.SignatureBytes, out ReadOnlySpan<byte> signature)
            ? new JoinBody(new NodeId(key), name, signature.ToArray())
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        InviteKey.WriteTo(writer.Take(NodeId.Length));
        DeviceName.Write(ref writer, Name);
        writer.WriteBytes(InviteSignature.Span);
    }
}
