using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>What a statement states. Immutable; each kind is one record in <c>Bodies</c>.</summary>
public abstract record StatementBody
{
    /// <summary>The kind, as on the wire.</summary>
    public abstract BodyType Type { get; }

    /// <summary>The length of the encoded body in bytes.</summary>
    public abstract int EncodedLength { get; }

    /// <summary>Whether <see cref="TryDecode"/> would accept what this body encodes to. A body made in code may break a rule of its kind.</summary>
    public bool IsWellFormed
    {
        get
        {
            if (EncodedLength is < 0 or > MembershipLimits.StatementBytesMax)
            {
                return false;
            }

            byte[] encoded = new byte[EncodedLength];
            SpanWriter writer = new(encoded);
            Encode(ref writer);
            return TryDecode(Type, encoded, out _);
        }
    }

    /// <summary>Reads a body of a kind; false where the bytes break a rule of that kind. Kinds not known are kept as they are.</summary>
    public static bool TryDecode(BodyType type, ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out StatementBody? body)
    {
        SpanReader reader = new(encoded);
        body = type switch
        {
            BodyType.None => null,
            BodyType.Genesis => GenesisBody.Read(ref reader),
            BodyType.Invite => InviteBody.Read(ref reader),
            BodyType.Join => JoinBody.Read(ref reader),
            BodyType.Admit => AdmitBody.Read(ref reader),
            BodyType.Role => RoleBody.Read(ref reader),
            BodyType.Rename => RenameBody.Read(ref reader),
            BodyType.Revoke => RevokeBody.Read(ref reader),
            BodyType.NewSecret => NewSecretBody.Read(ref reader),
            _ => UnknownBody.Read(type, ref reader),
        };
        if (reader.Remaining != 0)
        {
            body = null;
        }

        return body is not null;
    }

    internal abstract void Encode(ref SpanWriter writer);

    internal static bool TryReadBytes32(ref SpanReader reader, out Bytes32 value)
    {
        bool ok = reader.TryReadBytes(Bytes32.Length, out ReadOnlySpan<byte> bytes);
        value = ok ? new Bytes32(bytes) : default;
        return ok;
    }

    internal static bool TryReadRole(ref SpanReader reader, out MemberRole role)
    {
        bool ok = reader.TryReadByte(out byte value);
        role = (MemberRole)value;
        return ok && role is MemberRole.Member or MemberRole.Admin;
    }
}
