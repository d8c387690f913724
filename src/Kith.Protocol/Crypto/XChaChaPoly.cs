using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ChaCha20-Poly1305 with a nonce of 24 bytes, long enough to be drawn at random.
/// For cookies and sealed records, not for the packet path. Thread-safe; keeps one libcrypto context per thread, and no key.
/// </summary>
public static class XChaChaPoly
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceBytes = 24;

    /// <summary>Bytes that sealing adds.</summary>
    public const int TagBytes = 16;

    [ThreadStatic]
    private static ChaChaPoly? t_cipher;

    /// <summary>Seals <paramref name="plaintext"/> into the first <c>plaintext.Length + 16</c> bytes of <paramref name="destination"/>; in place is allowed.</summary>
    /// <exception cref="ArgumentException">Key or nonce have a wrong length, or the destination is too short.</exception>
    public static void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> derivedKey = stackalloc byte[KeyBytes];
        Span<byte> shortNonce = stackalloc byte[ChaChaPoly.NonceBytes];
        Derive(key, nonce, derivedKey, shortNonce);
        ChaChaPoly cipher = t_cipher ??= new ChaChaPoly();
        try
        {
            cipher.Seal(derivedKey, shortNonce, associatedData, plaintext, destination);
        }
        finally
        {
            cipher.ForgetKeys();
            CryptographicOperations.ZeroMemory(derivedKey);
        }
    }

    /// <summary>
    /// Opens <paramref name="sealedBytes"/> into the first <c>sealedBytes.Length - 16</c> bytes of <paramref name="destination"/>; in place is allowed.
    /// False if the tag is wrong or the input too short; those bytes of the destination are then zeros.
    /// </summary>
    /// <exception cref="ArgumentException">Key or nonce have a wrong length, or the destination is too short.</exception>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        Span<byte> derivedKey = stackalloc byte[KeyBytes];
        Span<byte> shortNonce = stackalloc byte[ChaChaPoly.NonceBytes];
        Derive(key, nonce, derivedKey, shortNonce);
        ChaChaPoly cipher = t_cipher ??= new ChaChaPoly();
        try
        {
            return cipher.TryOpen(derivedKey, shortNonce, associatedData, sealedBytes, destination);
        }
        finally
        {
            cipher.ForgetKeys();
            CryptographicOperations.ZeroMemory(derivedKey);
        }
    }

    private static void Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> derivedKey, Span<byte> shortNonce)
    {
        CryptoThrow.IfLengthIsNot(key, KeyBytes);
        CryptoThrow.IfLengthIsNot(nonce, NonceBytes);
        HChaCha20.DeriveKey(key, nonce[..HChaCha20.NonceBytes], derivedKey);
        shortNonce[..4].Clear();
        nonce[HChaCha20.NonceBytes..].CopyTo(shortNonce[4..]);
    }
}
