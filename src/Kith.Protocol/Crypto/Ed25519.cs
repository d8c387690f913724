using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>Ed25519 signatures (RFC 8032 section 5.1) through libcrypto, and the way from Ed25519 keys to X25519 keys. Thread-safe.</summary>
public static unsafe class Ed25519
{
    /// <summary>Bytes of a seed, the secret half of a key.</summary>
    public const int SeedBytes = 32;

    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeyBytes = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureBytes = 64;

    /// <summary>The public key of a seed.</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        using LibCryptoKey key = LibCryptoKey.FromPrivate(LibCrypto.KeyEd25519, seed);
        key.CopyPublic(publicKey);
    }

    /// <summary>Signs a message. The same seed and message always give the same signature.</summary>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        CryptoThrow.IfLengthIsNot(signature, SignatureBytes);
        using LibCryptoKey key = LibCryptoKey.FromPrivate(LibCrypto.KeyEd25519, seed);
        Sign(key, message, signature);
    }

    /// <summary>
    /// Whether a signature is good. Stricter than the RFC where it leaves a choice, so that a signature has one form and a key one owner: the public key must be
    /// canonically encoded and not of small order, and S below the group order.
    /// </summary>
    /// <exception cref="ArgumentException">The public key is not 32 or the signature not 64 bytes long.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        CryptoThrow.IfLengthIsNot(publicKey, PublicKeyBytes);
        CryptoThrow.IfLengthIsNot(signature, SignatureBytes);
        if (!EdwardsEncoding.IsCanonical(publicKey) || EdwardsEncoding.IsSmallOrder(publicKey) || !EdwardsEncoding.IsCanonicalScalar(signature[32..]))
        {
            return false;
        }

        using LibCryptoKey key = LibCryptoKey.FromPublic(LibCrypto.KeyEd25519, publicKey);
        nint context = LibCrypto.DigestContextNew();
        byte empty = 0;
        bool ok;
        try
        {
            fixed (byte* signaturePointer = signature, messagePointer = message)
            {
                ok = context != 0
                    && LibCrypto.VerifyInitialize(context, 0, 0, 0, key.Pointer) == 1
                    && LibCrypto.Verify(context, signaturePointer, SignatureBytes, messagePointer is null ? &empty : messagePointer, (nuint)message.Length) == 1;
            }
        }
        finally
        {
            LibCrypto.DigestContextFree(context);
        }

        if (!ok)
        {
            LibCrypto.ClearErrors();
        }

        return ok;
    }

    /// <summary>
    /// The X25519 public key that belongs to an Ed25519 public key: u = (1 + y) / (1 - y) (RFC 7748 section 4.1). False for what is not a public key: encodings
    /// that are not canonical, not a point of the curve, or of small order.
    /// </summary>
    public static bool TryConvertPublicKey(ReadOnlySpan<byte> ed25519PublicKey, Span<byte> x25519PublicKey)
    {
        CryptoThrow.IfLengthIsNot(ed25519PublicKey, PublicKeyBytes);
        CryptoThrow.IfLengthIsNot(x25519PublicKey, X25519.KeyBytes);
        return EdwardsEncoding.IsCanonical(ed25519PublicKey)
            && !EdwardsEncoding.IsSmallOrder(ed25519PublicKey)
            && EdwardsPoint.TryConvert(ed25519PublicKey, x25519PublicKey);
    }

    /// <summary>The X25519 private key of a seed, clamped: the first half of its SHA-512, which is Ed25519's own scalar (RFC 8032 section 5.1.5).</summary>
    public static void ConvertSeed(ReadOnlySpan<byte> seed, Span<byte> x25519PrivateKey)
    {
        CryptoThrow.IfLengthIsNot(seed, SeedBytes);
        CryptoThrow.IfLengthIsNot(x25519PrivateKey, X25519.KeyBytes);
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(seed, hash);
        hash[..X25519.KeyBytes].CopyTo(x25519PrivateKey);
        CryptographicOperations.ZeroMemory(hash);
        x25519PrivateKey[0] &= 0xF8;
        x25519PrivateKey[31] &= 0x7F;
        x25519PrivateKey[31] |= 0x40;
    }

    /// <summary>Signs with a key that is already inside libcrypto, which saves deriving its public half again.</summary>
    internal static void Sign(LibCryptoKey key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        nint context = LibCrypto.DigestContextNew();
        byte empty = 0;
        nuint length = SignatureBytes;
        bool ok;
        try
        {
            fixed (byte* signaturePointer = signature, messagePointer = message)
            {
                ok = context != 0
                    && LibCrypto.SignInitialize(context, 0, 0, 0, key.Pointer) == 1
                    && LibCrypto.Sign(context, signaturePointer, &length, messagePointer is null ? &empty : messagePointer, (nuint)message.Length) == 1
                    && length == SignatureBytes;
            }
        }
        finally
        {
            LibCrypto.DigestContextFree(context);
            GC.KeepAlive(key);
        }

        if (!ok)
        {
            throw new CryptographicException("libcrypto could not sign.");
        }
    }
}
