using System.Runtime.InteropServices;

namespace Kith.Tests.Crypto;

/// <summary>The other implementation, for what Kith computes itself: libcrypto's BLAKE2s, keyed BLAKE2s and HMAC.</summary>
internal static unsafe partial class LibCryptoReference
{
    private const string Library = "libcrypto.so.3";

    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    public static byte[] Blake2s(ReadOnlySpan<byte> data)
    {
        byte[] hash = new byte[32];
        fixed (byte* input = Addressable(data), output = hash)
        {
            nuint length = 32;
            Assert.Equal(1, QuickDigest(0, "BLAKE2S-256", null, input, (nuint)data.Length, output, &length));
            Assert.Equal((nuint)32, length);
        }

        return hash;
    }

    public static byte[] KeyedBlake2s(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => Mac("BLAKE2SMAC", null, key, data);

    public static byte[] HmacBlake2s(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => Mac("HMAC", "BLAKE2S-256", key, data);

    private static byte[] Mac(string name, string? digest, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        byte[] mac = new byte[32];
        fixed (byte* keyPointer = Addressable(key), input = Addressable(data), output = mac)
        {
            nuint length = 0;
            Assert.True(QuickMac(0, name, null, digest, 0, keyPointer, (nuint)key.Length, input, (nuint)data.Length, output, 32, &length) != 0);
            Assert.Equal((nuint)32, length);
        }

        return mac;
    }

    /// <summary>An empty span has no address, and libcrypto takes null for "not yet".</summary>
    private static ReadOnlySpan<byte> Addressable(ReadOnlySpan<byte> data) => data.IsEmpty ? new byte[1] : data;

    [LibraryImport(Library, EntryPoint = "EVP_Q_digest", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int QuickDigest(nint context, string name, string? properties, byte* data, nuint length, byte* hash, nuint* hashLength);

    [LibraryImport(Library, EntryPoint = "EVP_Q_mac", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint QuickMac(
        nint context, string name, string? properties, string? digest, nint parameters, byte* key, nuint keyLength, byte* data, nuint length, byte* mac, nuint macSize, nuint* macLength);
}
