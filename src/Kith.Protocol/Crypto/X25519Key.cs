using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>
/// An X25519 private key kept inside libcrypto (RFC 7748). For a key that is used more than once: every agreement through <see cref="X25519"/> first computes the
/// public half again, which costs almost as much as the agreement. libcrypto wipes the key when it is disposed of. Thread-safe.
/// </summary>
public sealed unsafe class X25519Key : IDisposable
{
    private readonly LibCryptoKey _key;

    /// <summary>Takes 32 secret bytes in, clamping them as the RFC demands; the caller wipes its own copy.</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public X25519Key(ReadOnlySpan<byte> privateKey) => _key = LibCryptoKey.FromPrivate(LibCrypto.KeyX25519, privateKey);

    /// <summary>Writes the public half, 32 bytes.</summary>
    public void CopyPublicKey(Span<byte> destination) => _key.CopyPublic(destination);

    /// <summary>
    /// The secret that this key and a public one share. False if the result is all zeros, which is so for every public key of small order however it is encoded;
    /// the destination is then zeros.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not 32.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public bool TryAgree(ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        CryptoThrow.IfLengthIsNot(shared, X25519.KeyBytes);
        using LibCryptoKey peer = LibCryptoKey.FromPublic(LibCrypto.KeyX25519, publicKey);
        nint context = LibCrypto.KeyContextNew(_key.Pointer, 0);
        nuint length = X25519.KeyBytes;
        bool ok;
        try
        {
            fixed (byte* pointer = shared)
            {
                ok = context != 0
                    && LibCrypto.DeriveInitialize(context) == 1
                    && LibCrypto.DeriveSetPeer(context, peer.Pointer) == 1
                    && LibCrypto.Derive(context, pointer, &length) == 1
                    && length == X25519.KeyBytes;
            }
        }
        finally
        {
            LibCrypto.KeyContextFree(context);
            GC.KeepAlive(_key);
        }

        // libcrypto refuses zeros itself; that all versions do is not written anywhere, so it is looked at again.
        if (!ok || shared.IndexOfAnyExcept((byte)0) < 0)
        {
            LibCrypto.ClearErrors();
            CryptographicOperations.ZeroMemory(shared);
            return false;
        }

        return true;
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _key.Dispose();
}
