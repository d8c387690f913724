using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>A device: its Ed25519 public key. Everything else about it (address, name, rights) hangs on this. Its text is z-base-32, 52 characters.</summary>
/// <param name="Value">The 32 bytes.</param>
public readonly record struct NodeId(Bytes32 Value) : IComparable<NodeId>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = Bytes32.Length;

    /// <summary>The length of the text form in characters.</summary>
    public const int TextLength = 52;

    /// <summary>Copies 32 bytes.</summary>
    public NodeId(ReadOnlySpan<byte> bytes)
        : this(new Bytes32(bytes))
    {
    }

    /// <summary>The first 8 bytes as a number: how relay frames and link reports name a member. Members whose short ids agree are not relayed for.</summary>
    public ulong ShortId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            Value.WriteTo(bytes);
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> destination) => Value.WriteTo(destination);

    /// <summary>The bytes in a new array.</summary>
    public byte[] ToArray() => Value.ToArray();

    /// <summary>
    /// The node's X25519 public key, its WireGuard static key. False if these bytes are no usable Ed25519 public key: then nobody has the secret half, and no
    /// session can exist. Costs about as much as a signature check; keep the result.
    /// </summary>
    public bool TryGetTunnelPublicKey(out Bytes32 tunnelPublicKey)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> converted = stackalloc byte[Length];
        Value.WriteTo(bytes);
        bool ok = Ed25519.TryConvertPublicKey(bytes, converted);
        tunnelPublicKey = ok ? new Bytes32(converted) : default;
        return ok;
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        id = default;
        if (text?.Length != TextLength || !ZBase32.TryDecode(text, out byte[]? bytes))
        {
            return false;
        }

        id = new NodeId(bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The text form.</summary>
    public override string ToString() => ZBase32.Encode(Value.ToArray());
}
