using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// What a rendezvous item carries: a bencoded string of always the same length, so that strangers cannot tell what it is: nonce (24 bytes), then sealed
/// with XChaCha20-Poly1305 under the key of the place: length (2), content, zeros.
/// </summary>
public static class SealedValue
{
    /// <summary>The longest content.</summary>
    public const int ContentBytesMax = ContentBytes - 2;

    /// <summary>The length of the bencoded value, always.</summary>
    public const int ValueBytes = 4 + SealedBytes;

    private const int ContentBytes = 896;
    private const int SealedBytes = XChaChaPoly.NonceBytes + ContentBytes + XChaChaPoly.TagBytes;

    /// <summary>Seals a content; returns the bencoded value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content is too long.</exception>
    public static byte[] Seal(RendezvousKey key, ReadOnlySpan<byte> content, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, ContentBytesMax);
        byte[] value = new byte[ValueBytes];
        BencodeWriter writer = new(value);
        Span<byte> room = writer.BeginString(SealedBytes);
        Span<byte> padded = stackalloc byte[ContentBytes];
        padded.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(padded, (ushort)content.Length);
        content.CopyTo(padded[2..]);
        random.Fill(room[..XChaChaPoly.NonceBytes]);
        XChaChaPoly.Seal(key.SealKey, room[..XChaChaPoly.NonceBytes], key.PublicKey, padded, room[XChaChaPoly.NonceBytes..]);
        return value;
    }

    /// <summary>Opens a value; null if it was not sealed for this place.</summary>
    public static byte[]? TryOpen(RendezvousKey key, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (value.Length != ValueBytes || !BencodeScanner.TryReadString(value, out ReadOnlySpan<byte> bytes) || bytes.Length != SealedBytes)
        {
            return null;
        }

        Span<byte> padded = stackalloc byte[ContentBytes];
        if (!XChaChaPoly.TryOpen(key.SealKey, bytes[..XChaChaPoly.NonceBytes], key.PublicKey, bytes[XChaChaPoly.NonceBytes..], padded))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(padded);
        return length <= ContentBytesMax && !padded[(2 + length)..].ContainsAnyExcept((byte)0) ? padded.Slice(2, length).ToArray() : null;
    }
}
