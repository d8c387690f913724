using System.Numerics;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF") over whole 64-bit words: the keyed function behind
/// initial sequence numbers, timestamp offsets and ports. The words' count stands in for the byte length.
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    /// <summary>A hash with a random key.</summary>
    public static SipHash Create(RandomSource random) => new(random.NextUInt64(), random.NextUInt64());

    /// <summary>The keyed hash of a connection's four parts and a purpose.</summary>
    public ulong Hash(in ConnectionKey key, ulong purpose)
    {
        Span<byte> bytes = stackalloc byte[32];
        key.Local.WriteMappedTo(bytes);
        key.Remote.WriteMappedTo(bytes[16..]);
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
        return Hash([words[0], words[1], words[2], words[3], ((ulong)key.LocalPort << 16) | key.RemotePort, purpose]);
    }

    /// <summary>The keyed hash of some words.</summary>
    public ulong Hash(ReadOnlySpan<ulong> words)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575;
        ulong v1 = key1 ^ 0x646f72616e646f6d;
        ulong v2 = key0 ^ 0x6c7967656e657261;
        ulong v3 = key1 ^ 0x7465646279746573;
        foreach (ulong word in words)
        {
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        ulong last = (ulong)words.Length << 59;
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
