using System.Security.Cryptography;

namespace Kith.Protocol.Crypto;

/// <summary>HMAC (RFC 2104) over BLAKE2s with its 64-byte block, as WireGuard uses it (section 5.4). Thread-safe.</summary>
public static class HmacBlake2s
{
    /// <summary>Bytes of a MAC.</summary>
    public const int MacBytes = Blake2s.HashBytes;

    /// <summary>The MAC of <paramref name="data"/>.</summary>
    public static void Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac) => Compute(key, data, default, mac);

    /// <summary>The MAC of <paramref name="a"/> followed by <paramref name="b"/>. The destination may be any input's memory.</summary>
    public static void Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> mac)
    {
        Span<byte> pad = stackalloc byte[Blake2s.BlockBytes];
        pad.Clear();
        if (key.Length > Blake2s.BlockBytes)
        {
            Blake2s.Hash(key, pad);
        }
        else
        {
            key.CopyTo(pad);
        }

        Xor(pad, 0x36);
        Blake2sState state = new(Blake2s.HashBytes);
        state.Update(pad);
        state.Update(a);
        state.Update(b);
        Span<byte> inner = stackalloc byte[Blake2s.HashBytes];
        state.Finish(inner);

        Xor(pad, 0x36 ^ 0x5C);
        state = new Blake2sState(Blake2s.HashBytes);
        state.Update(pad);
        state.Update(inner);
        state.Finish(mac[..MacBytes]);

        state.Clear();
        CryptographicOperations.ZeroMemory(pad);
        CryptographicOperations.ZeroMemory(inner);
    }

    private static void Xor(Span<byte> bytes, byte value)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= value;
        }
    }
}
