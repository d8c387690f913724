using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>A private network: the BLAKE2s-256 hash of its genesis statement. Its text is z-base-32, 52 characters.</summary>
/// <param name="Value">The 32 bytes.</param>
public readonly record struct NetworkId(Bytes32 Value) : IComparable<NetworkId>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = Bytes32.Length;

    /// <summary>The length of the text form in characters.</summary>
    public const int TextLength = 52;

    /// <summary>Copies 32 bytes.</summary>
    public NetworkId(ReadOnlySpan<byte> bytes)
        : this(new Bytes32(bytes))
    {
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> destination) => Value.WriteTo(destination);

    /// <summary>The bytes in a new array.</summary>
    public byte[] ToArray() => Value.ToArray();

    /// <summary>Reads the text form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NetworkId id)
    {
        id = default;
        if (text?.Length != TextLength || !ZBase32.TryDecode(text, out byte[]? bytes))
        {
            return false;
        }

        id = new NetworkId(bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(NetworkId other) => Value.CompareTo(other.Value);

    /// <summary>The text form.</summary>
    public override string ToString() => ZBase32.Encode(Value.ToArray());
}
