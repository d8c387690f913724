using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>
/// A new secret of the network (from which rendezvous keys and tags are derived), sealed to each member. Made by <see cref="SecretSealing"/>.
/// </summary>
/// <param name="Epoch">One more than the highest epoch the author had seen; the first is 1.</param>
/// <param name="EphemeralKey">An X25519 public key made for this statement alone.</param>
/// <param name="Commitment">A hash of the secret, so that a secret got from a fellow member can be checked.</param>
/// <param name="Shares">One share per member, each <see cref="ShareBytes"/> long: tag 8, sealed secret 48; tags strictly ascending.</param>
public sealed record NewSecretBody(uint Epoch, Bytes32 EphemeralKey, Bytes32 Commitment, ReadOnlyMemory<byte> Shares) : StatementBody
{
    /// <summary>Bytes of the tag that tells a member which share is its own.</summary>
    public const int TagBytes = 8;

    /// <summary>Bytes of one share.</summary>
    public const int ShareBytes = TagBytes + NetworkSecret.Length + 16;

    private const int HeaderBytes = 4 + 32 + 32 + 2;

    /// <inheritdoc/>
    public override BodyType Type => BodyType.NewSecret;

    /// <inheritdoc/>
    public override int EncodedLength => HeaderBytes + Shares.Length;

    /// <summary>How many members can open it.</summary>
    public int ShareCount => Shares.Length / ShareBytes;

    /// <summary>The sealed secret under a tag, or nothing.</summary>
    public ReadOnlySpan<byte> FindShare(ReadOnlySpan<byte> tag)
    {
        ReadOnlySpan<byte> shares = Shares.Span;
        for (int at = 0; at < shares.Length; at += ShareBytes)
        {
            if (shares.Slice(at, TagBytes).SequenceEqual(tag))
            {
                return shares.Slice(at + TagBytes, ShareBytes - TagBytes);
            }
        }

        return default;
    }

    /// <summary>Compared by content.</summary>
    public bool Equals(NewSecretBody? other) =>
        other is not null && Epoch == other.Epoch && EphemeralKey == other.EphemeralKey && Commitment == other.Commitment
        && Shares.Span.SequenceEqual(other.Shares.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, EphemeralKey, Commitment);

    internal static NewSecretBody? Read(ref SpanReader reader) =>
        reader.TryReadUInt32(out uint epoch) && epoch != 0
        && TryReadBytes32(ref reader, out Bytes32 ephemeral)
        && TryReadBytes32(ref reader, out Bytes32 commitment)
        && reader.TryReadUInt16(out ushort count) && count <= MembershipLimits.MembersMax
        && reader.TryReadBytes(count * ShareBytes, out ReadOnlySpan<byte> shares) && TagsAscend(shares)
            ? new NewSecretBody(epoch, ephemeral, commitment, shares.ToArray())
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        writer.WriteUInt32(Epoch);
        EphemeralKey.WriteTo(writer.Take(Bytes32.Length));
        Commitment.WriteTo(writer.Take(Bytes32.Length));
        writer.WriteUInt16((ushort)ShareCount);
        writer.WriteBytes(Shares.Span);
    }

    private static bool TagsAscend(ReadOnlySpan<byte> shares)
    {
        for (int at = ShareBytes; at < shares.Length; at += ShareBytes)
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(shares[at..]) <= BinaryPrimitives.ReadUInt64BigEndian(shares[(at - ShareBytes)..]))
            {
                return false;
            }
        }

        return true;
    }
}
