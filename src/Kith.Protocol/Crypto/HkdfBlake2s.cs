using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>
/// HKDF (RFC 5869) over <see cref="HmacBlake2s"/> with empty info and outputs of 32 bytes: Noise's HKDF and WireGuard's Kdf1, Kdf2 and Kdf3
/// (section 5.4). Outputs may be the chaining key's or the input's memory. Thread-safe.
/// </summary>
public static class HkdfBlake2s
{
    private const int OutputBytes = HmacBlake2s.MacBytes;

    /// <summary>WireGuard's Kdf1: one key of 32 bytes.</summary>
    public static void Expand1(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1) => Expand(chainingKey, input, output1, default, default);

    /// <summary>WireGuard's Kdf2: two keys of 32 bytes.</summary>
    public static void Expand2(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1, Span<byte> output2)
    {
        CryptoThrow.IfShorterThan(output2, OutputBytes);
        Expand(chainingKey, input, output1, output2, default);
    }

    /// <summary>WireGuard's Kdf3: three keys of 32 bytes.</summary>
    public static void Expand3(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1, Span<byte> output2, Span<byte> output3)
    {
        CryptoThrow.IfShorterThan(output2, OutputBytes);
        CryptoThrow.IfShorterThan(output3, OutputBytes);
        Expand(chainingKey, input, output1, output2, output3);
    }

    private static void Expand(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1, Span<byte> output2, Span<byte> output3)
    {
        Span<byte> secret = stackalloc byte[OutputBytes];
        Span<byte> block = stackalloc byte[OutputBytes];
        HmacBlake2s.Compute(chainingKey, input, secret);
        HmacBlake2s.Compute(secret, [1], block);
        block.CopyTo(output1);
        if (!output2.IsEmpty)
        {
            HmacBlake2s.Compute(secret, block, [2], block);
            block.CopyTo(output2);
        }

        if (!output3.IsEmpty)
        {
            HmacBlake2s.Compute(secret, block, [3], block);
            block.CopyTo(output3);
        }

        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(block);
    }
}
