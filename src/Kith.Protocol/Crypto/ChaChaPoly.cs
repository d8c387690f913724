using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>
/// ChaCha20-Poly1305 (RFC 8439 section 2.8) through libcrypto with a kept context for each direction: nothing is allocated per packet.
/// The sealed form is the ciphertext followed by the 16-byte tag. Not thread-safe: one instance per thread. An instance remembers the last
/// key it sealed and opened with until <see cref="ForgetKeys"/> or <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class ChaChaPoly : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceBytes = 12;

    /// <summary>Bytes that sealing adds.</summary>
    public const int TagBytes = 16;

    private const int ShortBytesMax = 256;

    private readonly CipherContext _seal = new(encrypt: true);
    private readonly CipherContext _open = new(encrypt: false);

    /// <summary>Seals with WireGuard's nonce: four zero bytes, then the counter, little-endian (WireGuard section 5.4.6).</summary>
    /// <inheritdoc cref="Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public void Seal(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(counter, nonce);
        Seal(key, nonce, associatedData, plaintext, destination);
    }

    /// <summary>
    /// Seals <paramref name="plaintext"/> into the first <c>plaintext.Length + 16</c> bytes of <paramref name="destination"/>, which may begin
    /// exactly where the plaintext does (in place) and must not overlap it otherwise. A nonce must never be used twice with one key.
    /// </summary>
    /// <exception cref="ArgumentException">Key or nonce have a wrong length, or the destination is too short.</exception>
    public void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Check(key, nonce, destination.Length, plaintext.Length + TagBytes);
        nint context = _seal.Begin(key, nonce);
        int written = 0;
        bool ok = AddAssociatedData(context, associatedData);
        fixed (byte* input = plaintext, output = destination)
        {
            ok = ok
                && (plaintext.IsEmpty || Update(context, output, &written, input, plaintext.Length))
                && LibCrypto.CipherFinal(context, output + plaintext.Length, &written) == 1
                && LibCrypto.CipherControl(context, LibCrypto.ControlGetTag, TagBytes, output + plaintext.Length) == 1;
        }

        GC.KeepAlive(_seal);
        if (!ok)
        {
            throw new CryptographicException("libcrypto could not seal.");
        }
    }

    /// <summary>Opens what was sealed with WireGuard's nonce.</summary>
    /// <inheritdoc cref="TryOpen(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public bool TryOpen(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(counter, nonce);
        return TryOpen(key, nonce, associatedData, sealedBytes, destination);
    }

    /// <summary>
    /// Opens <paramref name="sealedBytes"/> into the first <c>sealedBytes.Length - 16</c> bytes of <paramref name="destination"/>, which may begin
    /// exactly where the sealed bytes do (in place). False if the tag is wrong or the input shorter than a tag; those bytes of the destination are then zeros,
    /// so that nothing unauthenticated is ever seen.
    /// </summary>
    /// <exception cref="ArgumentException">Key or nonce have a wrong length, or the destination is too short.</exception>
    public bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        int length = sealedBytes.Length - TagBytes;
        if (length < 0)
        {
            return false;
        }

        Check(key, nonce, destination.Length, length);
        nint context = _open.Begin(key, nonce);
        int written = 0;
        byte unused;
        bool ok;
        fixed (byte* input = sealedBytes, output = destination)
        {
            // Some versions write to the output of the final step although there is nothing left; an empty destination has no address.
            byte* end = length == 0 ? &unused : output + length;
            ok = LibCrypto.CipherControl(context, LibCrypto.ControlSetTag, TagBytes, input + length) == 1
                && AddAssociatedData(context, associatedData)
                && (length == 0 || Update(context, output, &written, input, length))
                && LibCrypto.CipherFinal(context, end, &written) == 1;
        }

        GC.KeepAlive(_open);
        if (!ok)
        {
            CryptographicOperations.ZeroMemory(destination[..length]);
        }

        return ok;
    }

    /// <summary>Overwrites the remembered keys. For after the last packet of a session, or before a long rest.</summary>
    public void ForgetKeys()
    {
        _seal.Forget();
        _open.Forget();
    }

    /// <summary>Wipes the keys and frees libcrypto's state.</summary>
    public void Dispose()
    {
        _seal.Dispose();
        _open.Dispose();
    }

    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], counter);
    }

    private static bool AddAssociatedData(nint context, ReadOnlySpan<byte> associatedData)
    {
        int written = 0;
        fixed (byte* input = associatedData)
        {
            return associatedData.IsEmpty || Update(context, null, &written, input, associatedData.Length);
        }
    }

    private static bool Update(nint context, byte* output, int* written, byte* input, int length) => length <= ShortBytesMax
        ? LibCrypto.CipherUpdateShort(context, output, written, input, length) == 1
        : LibCrypto.CipherUpdate(context, output, written, input, length) == 1;

    private static void Check(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int destinationLength, int neededLength)
    {
        if (key.Length != KeyBytes || nonce.Length != NonceBytes || destinationLength < neededLength)
        {
            CryptoThrow.WrongLength();
        }
    }
}
