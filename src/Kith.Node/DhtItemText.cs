using System.Text;
using Kith.Node.Control;
using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Node;

/// <summary>Items of the DHT to and from the form in which a user sees them.</summary>
public static class DhtItemText
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Describes an item.</summary>
    public static DhtItemValue Describe(DhtItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new DhtItemValue(
            item.Target.ToString(),
            BencodeScanner.TryReadString(item.Value, out ReadOnlySpan<byte> bytes) ? TextOf(bytes) : null,
            Convert.ToHexStringLower(item.Value),
            item.IsMutable ? Convert.ToHexStringLower(item.PublicKey) : null,
            item.Salt.IsEmpty ? null : Convert.ToHexStringLower(item.Salt),
            item.IsMutable ? item.Sequence : null,
            item.IsMutable ? Convert.ToHexStringLower(item.Signature) : null);
    }

    /// <summary>Reads an item back; null unless it is a valid one, its signature included.</summary>
    public static DhtItem? TryRead(DhtItemValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!TryReadBytes(value.Encoded, out byte[] encoded) || !TryReadBytes(value.Salt ?? string.Empty, out byte[] salt))
        {
            return null;
        }

        if (value.PublicKey is null)
        {
            return DhtItem.TryTakeImmutable(encoded);
        }

        return TryReadBytes(value.PublicKey, out byte[] key) && TryReadBytes(value.Signature ?? string.Empty, out byte[] signature)
            ? DhtItem.TryTakeMutable(key, salt, value.Sequence ?? -1, encoded, signature)
            : null;
    }

    /// <summary>Makes the item that holds a text as a bencoded string: signed if a seed is given, immutable otherwise.</summary>
    /// <param name="text">The text; in UTF-8 at most <see cref="TextBytesMax"/> bytes.</param>
    /// <param name="seed">An Ed25519 seed of 32 bytes; empty for an immutable item.</param>
    /// <param name="salt">The salt of a mutable item; may be empty.</param>
    /// <param name="sequence">The sequence number of a mutable item.</param>
    /// <exception cref="ArgumentException">Something is too long.</exception>
    public static DhtItemValue Make(string text, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> salt, long sequence)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] encoded = [.. Encoding.ASCII.GetBytes($"{bytes.Length}:"), .. bytes];
        return Describe(seed.IsEmpty ? DhtItem.CreateImmutable(encoded) : DhtItem.Sign(seed, salt, sequence, encoded));
    }

    /// <summary>The longest text that fits into an item, in bytes of UTF-8.</summary>
    public const int TextBytesMax = DhtItem.ValueBytesMax - 4;

    /// <summary>The longest salt in bytes.</summary>
    public const int SaltBytesMax = DhtItem.SaltBytesMax;

    /// <summary>Bytes of an Ed25519 seed.</summary>
    public const int SeedBytes = Ed25519.SeedBytes;

    /// <summary>Reads hexadecimal digits; false if they are none.</summary>
    public static bool TryReadBytes(string text, out byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == bytes.Length;
    }

    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            string text = s_strict.GetString(bytes);
            return text.Any(char.IsControl) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
