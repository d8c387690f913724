using System.Runtime.CompilerServices;

namespace Kith.Tunnel.Ciphers;

/// <summary>
/// Poly1305 over one packet (RFC 8439 sections 2.5 and 2.8, no associated data) in 64-bit words. Little-endian machines only. Time depends on
/// the length alone.
/// </summary>
internal static unsafe class Poly1305Scalar
{
    /// <summary>Bytes of a block, of a tag, and of each half of a key.</summary>
    public const int BlockBytes = 16;

    private const ulong ClampLow = 0x0FFFFFFC_0FFFFFFF;
    private const ulong ClampHigh = 0x0FFFFFFC_0FFFFFFC;

    /// <summary>Computes the tag of a ciphertext with a one-time key of 32 bytes.</summary>
    [SkipLocalsInit]
    public static void Tag(byte* key, byte* data, int length, byte* tag)
    {
        ulong r0 = *(ulong*)key & ClampLow;
        ulong r1 = *(ulong*)(key + 8) & ClampHigh;
        ulong s1 = r1 + (r1 >> 2);
        ulong h0 = 0;
        ulong h1 = 0;
        ulong h2 = 0;
        int offset = 0;
        for (; offset <= length - BlockBytes; offset += BlockBytes)
        {
            Step(ref h0, ref h1, ref h2, *(ulong*)(data + offset), *(ulong*)(data + offset + 8), r0, r1, s1);
        }

        if (offset < length)
        {
            ulong* last = stackalloc ulong[2];
            last[0] = 0;
            last[1] = 0;
            Unsafe.CopyBlockUnaligned(last, data + offset, (uint)(length - offset));
            Step(ref h0, ref h1, ref h2, last[0], last[1], r0, r1, s1);
        }

        // The lengths of associated data (none) and ciphertext are the last block.
        Step(ref h0, ref h1, ref h2, 0, (ulong)length, r0, r1, s1);
        Finish(h0, h1, h2, key + BlockBytes, tag);
    }

    /// <summary>Reduces a sum of 130 bits fully and adds the second half of the key.</summary>
    public static void Finish(ulong h0, ulong h1, ulong h2, byte* pad, byte* tag)
    {
        // h + 5 carries into bit 130 exactly when h is at least 2^130 − 5.
        UInt128 low = new UInt128(h1, h0);
        UInt128 plusFive = low + 5;
        ulong carry = h2 + (plusFive < low ? 1UL : 0UL);
        ulong mask = 0UL - ((carry >> 2) & 1);
        low = (low & ~new UInt128(mask, mask)) | (plusFive & new UInt128(mask, mask));
        low += new UInt128(*(ulong*)(pad + 8), *(ulong*)pad);
        *(ulong*)tag = (ulong)low;
        *(ulong*)(tag + 8) = (ulong)(low >> 64);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref ulong h0, ref ulong h1, ref ulong h2, ulong m0, ulong m1, ulong r0, ulong r1, ulong s1)
    {
        // h += m + 2^128
        h0 += m0;
        ulong carry = h0 < m0 ? 1UL : 0UL;
        ulong sum = h1 + m1;
        ulong carry2 = sum < m1 ? 1UL : 0UL;
        h1 = sum + carry;
        carry2 += h1 < sum ? 1UL : 0UL;
        h2 += carry2 + 1;

        // h *= r modulo 2^130 − 5: words above 2^130 come back times five, and 4 divides r1, so s1 = 5·r1/4 serves for 2^128·r1.
        ulong d0High = Math.BigMul(h0, r0, out ulong d0Low);
        ulong tHigh = Math.BigMul(h1, s1, out ulong tLow);
        Add(ref d0High, ref d0Low, tHigh, tLow);
        ulong d1High = Math.BigMul(h0, r1, out ulong d1Low);
        tHigh = Math.BigMul(h1, r0, out tLow);
        Add(ref d1High, ref d1Low, tHigh, tLow);
        Add(ref d1High, ref d1Low, 0, h2 * s1);
        ulong d2 = h2 * r0;

        h0 = d0Low;
        h1 = d1Low + d0High;
        h2 = d2 + d1High + (h1 < d1Low ? 1UL : 0UL);
        ulong back = (h2 >> 2) + (h2 & ~3UL);
        h2 &= 3;
        h0 += back;
        carry = h0 < back ? 1UL : 0UL;
        h1 += carry;
        h2 += h1 < carry ? 1UL : 0UL;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong high, ref ulong low, ulong otherHigh, ulong otherLow)
    {
        low += otherLow;
        high += otherHigh + (low < otherLow ? 1UL : 0UL);
    }
}
