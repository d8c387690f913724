using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Kith.Protocol.Crypto;

/// <summary>A key of either curve inside libcrypto, which wipes it when freed.</summary>
internal sealed unsafe class LibCryptoKey : SafeHandleZeroOrMinusOneIsInvalid
{
    public const int RawBytes = 32;

    private LibCryptoKey(nint key)
        : base(ownsHandle: true) => SetHandle(key);

    /// <summary>A key from its 32 secret bytes; libcrypto computes the public half at once.</summary>
    public static LibCryptoKey FromPrivate(int type, ReadOnlySpan<byte> bytes)
    {
        CryptoThrow.IfLengthIsNot(bytes, RawBytes);
        fixed (byte* pointer = bytes)
        {
            return Check(new LibCryptoKey(LibCrypto.KeyFromPrivate(type, 0, pointer, RawBytes)));
        }
    }

    /// <summary>A key from its 32 public bytes, which are not looked at until it is used.</summary>
    public static LibCryptoKey FromPublic(int type, ReadOnlySpan<byte> bytes)
    {
        CryptoThrow.IfLengthIsNot(bytes, RawBytes);
        fixed (byte* pointer = bytes)
        {
            return Check(new LibCryptoKey(LibCrypto.KeyFromPublic(type, 0, pointer, RawBytes)));
        }
    }

    /// <summary>The raw pointer; the caller keeps this object alive while using it.</summary>
    public nint Pointer => handle;

    public void CopyPublic(Span<byte> destination)
    {
        CryptoThrow.IfShorterThan(destination, RawBytes);
        nuint length = RawBytes;
        fixed (byte* pointer = destination)
        {
            if (LibCrypto.KeyGetPublic(handle, pointer, &length) != 1 || length != RawBytes)
            {
                throw new CryptographicException("libcrypto could not derive a public key.");
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.KeyFree(handle);
        return true;
    }

    private static LibCryptoKey Check(LibCryptoKey key) =>
        !key.IsInvalid ? key : throw new CryptographicException("libcrypto has no Curve25519 keys.");
}
