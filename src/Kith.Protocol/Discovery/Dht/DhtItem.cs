using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Protocol.Discovery.Dht;

/// <summary>
/// Something stored in the DHT (BEP 44): immutable, then its target is the SHA-1 of its value; or mutable, then it is signed and its target is the SHA-1 of the
/// public key and the salt. Immutable as an object; only what verified exists.
/// </summary>
public sealed class DhtItem
{
    /// <summary>The longest value in its bencoded form.</summary>
    public const int ValueBytesMax = 1000;

    /// <summary>The longest salt.</summary>
    public const int SaltBytesMax = 64;

    private readonly byte[] _value;
    private readonly byte[] _key;
    private readonly byte[] _salt;
    private readonly byte[] _signature;

    private DhtItem(DhtId target, byte[] value, byte[] key, byte[] salt, long sequence, byte[] signature)
    {
        Target = target;
        Sequence = sequence;
        _value = value;
        _key = key;
        _salt = salt;
        _signature = signature;
    }

    /// <summary>Where it lies.</summary>
    public DhtId Target { get; }

    /// <summary>Whether it is signed and may be replaced by one with a higher sequence number.</summary>
    public bool IsMutable => _key.Length > 0;

    /// <summary>Higher is newer; of an immutable item 0.</summary>
    public long Sequence { get; }

    /// <summary>The value in its bencoded form.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>The signer's Ed25519 public key; of an immutable item empty.</summary>
    public ReadOnlySpan<byte> PublicKey => _key;

    /// <summary>Tells items of one key apart; may be empty.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>The Ed25519 signature; of an immutable item empty.</summary>
    public ReadOnlySpan<byte> Signature => _signature;

    /// <summary>The target of mutable items of a key.</summary>
    public static DhtId TargetOf(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt)
    {
        Span<byte> input = stackalloc byte[Ed25519.PublicKeyBytes + SaltBytesMax];
        publicKey.CopyTo(input);
        salt.CopyTo(input[publicKey.Length..]);
        return Hash(input[..(publicKey.Length + salt.Length)]);
    }

    /// <summary>An immutable item.</summary>
    /// <exception cref="ArgumentException">The value is no bencoded element or too long.</exception>
    public static DhtItem CreateImmutable(ReadOnlySpan<byte> value)
    {
        ThrowIfNoValue(value);
        return new DhtItem(Hash(value), value.ToArray(), [], [], 0, []);
    }

    /// <summary>Signs a mutable item.</summary>
    /// <param name="seed">The Ed25519 seed, 32 bytes.</param>
    /// <param name="salt">At most <see cref="SaltBytesMax"/> bytes.</param>
    /// <param name="sequence">Not negative.</param>
    /// <param name="value">One bencoded element.</param>
    /// <exception cref="ArgumentException">The value is no bencoded element, or something is too long.</exception>
    public static DhtItem Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value)
    {
        ThrowIfNoValue(value);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(salt.Length, SaltBytesMax);
        byte[] key = new byte[Ed25519.PublicKeyBytes];
        Ed25519.DerivePublicKey(seed, key);
        byte[] signature = new byte[Ed25519.SignatureBytes];
        Span<byte> message = stackalloc byte[SignedBytesMax];
        Ed25519.Sign(seed, message[..WriteSigned(message, salt, sequence, value)], signature);
        return new DhtItem(TargetOf(key, salt), value.ToArray(), key, salt.ToArray(), sequence, signature);
    }

    /// <summary>Takes an immutable item as it came: null unless the value is one element of fit length.</summary>
    public static DhtItem? TryTakeImmutable(ReadOnlySpan<byte> value) => IsValue(value) ? new DhtItem(Hash(value), value.ToArray(), [], [], 0, []) : null;

    /// <summary>Takes a mutable item as it came: null unless all is of fit length and the signature holds.</summary>
    public static DhtItem? TryTakeMutable(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value, ReadOnlySpan<byte> signature)
    {
        if (!IsValue(value) || key.Length != Ed25519.PublicKeyBytes || signature.Length != Ed25519.SignatureBytes || salt.Length > SaltBytesMax || sequence < 0)
        {
            return null;
        }

        Span<byte> message = stackalloc byte[SignedBytesMax];
        return Ed25519.Verify(key, message[..WriteSigned(message, salt, sequence, value)], signature)
            ? new DhtItem(TargetOf(key, salt), value.ToArray(), key.ToArray(), salt.ToArray(), sequence, signature.ToArray())
            : null;
    }

    // "4:salt" + salt, "3:seq" + integer, "1:v" + value: what BEP 44 signs.
    private const int SignedBytesMax = 6 + 3 + SaltBytesMax + 5 + 21 + 3 + ValueBytesMax;

    private static int WriteSigned(Span<byte> destination, ReadOnlySpan<byte> salt, long sequence, ReadOnlySpan<byte> value)
    {
        BencodeWriter writer = new(destination);
        if (!salt.IsEmpty)
        {
            writer.WriteString("salt"u8, salt);
        }

        writer.WriteInteger("seq"u8, sequence);
        writer.WriteString("v"u8);
        writer.WriteElement(value);
        return writer.Position;
    }

    private static bool IsValue(ReadOnlySpan<byte> value) =>
        value.Length <= ValueBytesMax && BencodeScanner.TryMeasure(value, out int length) && length == value.Length;

    private static void ThrowIfNoValue(ReadOnlySpan<byte> value)
    {
        if (!IsValue(value))
        {
            throw new ArgumentException("The value must be one bencoded element of at most 1,000 bytes.", nameof(value));
        }
    }

    private static DhtId Hash(ReadOnlySpan<byte> input)
    {
        // The protocol's own choice; nothing here rests on it being hard to collide.
#pragma warning disable CA5350
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        return new DhtId(hash);
    }
}
