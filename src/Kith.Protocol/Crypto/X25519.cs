namespace Kith.Protocol.Crypto;

/// <summary>Diffie-Hellman on Curve25519 (RFC 7748 sections 5 and 6.1) through libcrypto. Thread-safe.</summary>
public static class X25519
{
    /// <summary>Bytes of a private key, a public key and a shared secret.</summary>
    public const int KeyBytes = 32;

    /// <summary>The public key of a private key; the private key is clamped on the way, as the RFC demands.</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        using LibCryptoKey key = LibCryptoKey.FromPrivate(LibCrypto.KeyX25519, privateKey);
        key.CopyPublic(publicKey);
    }

    /// <summary>
    /// The secret that two keys share. False if the result is all zeros, which is so for every public key of small order however it is encoded;
    /// the destination is then zeros.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not 32.</exception>
    public static bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        using X25519Key key = new(privateKey);
        return key.TryAgree(publicKey, shared);
    }
}
