using System.Buffers.Binary;
using System.Buffers.Text;
using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>
/// What a TXT record of ours says: <c>kith1=</c> and base64 of nonce (24 bytes), then sealed with XChaCha20-Poly1305 under the key of the place, its public half as
/// associated data: length (2), content, zeros up to a multiple of 64.
/// </summary>
public static class SealedText
{
    /// <summary>What it begins with, by which it is told from other records of the name.</summary>
    public const string Prefix = "kith1=";

    /// <summary>The longest content: a whereabouts record.</summary>
    public const int ContentBytesMax = Whereabouts.BytesMax;

    /// <summary>The longest text in characters.</summary>
    public const int LengthMax = 6 + ((OverheadBytes + PaddedBytesMax + 2) / 3 * 4);

    private const int Block = 64;
    private const int OverheadBytes = XChaChaPoly.NonceBytes + XChaChaPoly.TagBytes;
    private const int PaddedBytesMax = (2 + ContentBytesMax + Block - 1) / Block * Block;

    /// <summary>Seals a content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content is too long.</exception>
    public static string Seal(RendezvousKey key, ReadOnlySpan<byte> content, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, ContentBytesMax);
        Span<byte> padded = stackalloc byte[(2 + content.Length + Block - 1) / Block * Block];
        padded.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(padded, (ushort)content.Length);
        content.CopyTo(padded[2..]);
        Span<byte> bytes = stackalloc byte[OverheadBytes + padded.Length];
        random.Fill(bytes[..XChaChaPoly.NonceBytes]);
        XChaChaPoly.Seal(key.SealKey, bytes[..XChaChaPoly.NonceBytes], key.PublicKey, padded, bytes[XChaChaPoly.NonceBytes..]);
        return Prefix + Convert.ToBase64String(bytes);
    }

    /// <summary>Opens a text; null if it was not sealed for this place.</summary>
    public static byte[]? TryOpen(RendezvousKey key, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> bytes = stackalloc byte[LengthMax];
        if (!IsOne(text) || text.Length > LengthMax
            || Base64.DecodeFromUtf8(text[Prefix.Length..], bytes, out _, out int length) != System.Buffers.OperationStatus.Done
            || length < OverheadBytes + Block || (length - OverheadBytes) % Block != 0)
        {
            return null;
        }

        bytes = bytes[..length];
        Span<byte> padded = stackalloc byte[PaddedBytesMax];
        padded = padded[..(length - OverheadBytes)];
        if (!XChaChaPoly.TryOpen(key.SealKey, bytes[..XChaChaPoly.NonceBytes], key.PublicKey, bytes[XChaChaPoly.NonceBytes..], padded))
        {
            return null;
        }

        int used = BinaryPrimitives.ReadUInt16BigEndian(padded);
        return used <= padded.Length - 2 && padded.Length - 2 - used < Block && !padded[(2 + used)..].ContainsAnyExcept((byte)0) ? padded.Slice(2, used).ToArray() : null;
    }

    /// <summary>Whether a text is one of ours, of whatever network.</summary>
    public static bool IsOne(ReadOnlySpan<byte> text) => text.StartsWith("kith1="u8);

    /// <summary>The text in pieces that the strings of a TXT record hold (RFC 1035 section 3.3.14: 255 bytes).</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Chunk(byte.MaxValue).Select(static piece => new string(piece))];
    }
}
