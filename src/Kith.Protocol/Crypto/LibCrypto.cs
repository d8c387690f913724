using System.Reflection;
using System.Runtime.InteropServices;

namespace Kith.Protocol.Crypto;

/// <summary>
/// The few functions of OpenSSL's libcrypto that Kith calls. Works with 3.x and 1.1.1, which have these in common. Only calls that
/// neither block nor take longer than a fraction of a microsecond suppress the transition out of managed code.
/// </summary>
internal static unsafe partial class LibCrypto
{
    /// <summary>EVP_PKEY_X25519.</summary>
    public const int KeyX25519 = 1034;

    /// <summary>EVP_PKEY_ED25519.</summary>
    public const int KeyEd25519 = 1087;

    /// <summary>EVP_CTRL_AEAD_GET_TAG.</summary>
    public const int ControlGetTag = 0x10;

    /// <summary>EVP_CTRL_AEAD_SET_TAG.</summary>
    public const int ControlSetTag = 0x11;

    private const string Library = "kith-libcrypto";

    private static readonly string[] s_names =
        ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto.1.1.dylib", "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto"];

    static LibCrypto() => NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "EVP_chacha20_poly1305")]
    public static partial nint ChaCha20Poly1305();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial nint CipherContextNew();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void CipherContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    public static partial int CipherInitialize(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    /// <summary>As <see cref="CipherInitialize"/> once the cipher is fixed: sets key and nonce only, so it is short.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    [SuppressGCTransition]
    public static partial int CipherRekey(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    public static partial int CipherUpdate(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    /// <summary>As <see cref="CipherUpdate"/>, for inputs of at most a few hundred bytes.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    [SuppressGCTransition]
    public static partial int CipherUpdateShort(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    [SuppressGCTransition]
    public static partial int CipherFinal(nint context, byte* output, int* outputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    [SuppressGCTransition]
    public static partial int CipherControl(nint context, int type, int argument, void* pointer);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial nint KeyFromPrivate(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial nint KeyFromPublic(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int KeyGetPublic(nint key, byte* destination, nuint* length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static partial void KeyFree(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    public static partial nint KeyContextNew(nint key, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    public static partial void KeyContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_init")]
    public static partial int DeriveInitialize(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_set_peer")]
    public static partial int DeriveSetPeer(nint context, nint peer);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive")]
    public static partial int Derive(nint context, byte* destination, nuint* length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    public static partial nint DigestContextNew();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void DigestContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    public static partial int SignInitialize(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    public static partial int Sign(nint context, byte* signature, nuint* signatureLength, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    public static partial int VerifyInitialize(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    public static partial int Verify(nint context, byte* signature, nuint signatureLength, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (string candidate in s_names)
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                if (NativeLibrary.TryGetExport(handle, "EVP_PKEY_new_raw_private_key", out _))
                {
                    return handle;
                }

                NativeLibrary.Free(handle);
            }
        }

        throw new DllNotFoundException(
            "Kith needs OpenSSL's libcrypto, version 3 (or 1.1.1), and found none. Install it, for example with 'apt install libssl3' or 'dnf install openssl-libs'.");
    }
}
