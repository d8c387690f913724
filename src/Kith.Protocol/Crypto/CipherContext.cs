using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Kith.Protocol.Crypto;

/// <summary>
/// One direction of ChaCha20-Poly1305 in libcrypto, its cipher fixed once. Remembers the key it was last given, because setting the
/// nonce alone is much cheaper than setting both. Not thread-safe.
/// </summary>
internal sealed unsafe class CipherContext : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly byte[] _key = GC.AllocateArray<byte>(ChaChaPoly.KeyBytes, pinned: true);
    private readonly int _encrypt;
    private bool _keyed;

    public CipherContext(bool encrypt)
        : base(ownsHandle: true)
    {
        _encrypt = encrypt ? 1 : 0;
        SetHandle(LibCrypto.CipherContextNew());
        if (IsInvalid || LibCrypto.CipherInitialize(handle, LibCrypto.ChaCha20Poly1305(), 0, null, null, _encrypt) != 1)
        {
            throw new CryptographicException("libcrypto has no ChaCha20-Poly1305.");
        }
    }

    /// <summary>Begins a message; returns the raw context for the calls that follow.</summary>
    public nint Begin(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        bool sameKey = _keyed && key.SequenceEqual(_key);
        if (!sameKey)
        {
            key.CopyTo(_key);
            _keyed = true;
        }

        fixed (byte* keyPointer = _key, noncePointer = nonce)
        {
            if (LibCrypto.CipherRekey(handle, 0, 0, sameKey ? null : keyPointer, noncePointer, _encrypt) != 1)
            {
                throw new CryptographicException("libcrypto refused a key or nonce.");
            }
        }

        return handle;
    }

    /// <summary>Overwrites the key here and in libcrypto's state.</summary>
    public void Forget()
    {
        if (_keyed)
        {
            CryptographicOperations.ZeroMemory(_key);
            Span<byte> nonce = stackalloc byte[ChaChaPoly.NonceBytes];
            nonce.Clear();
            _keyed = false;
            Begin(_key, nonce);
            _keyed = false;
        }
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(_key);
        LibCrypto.CipherContextFree(handle);
        return true;
    }
}
