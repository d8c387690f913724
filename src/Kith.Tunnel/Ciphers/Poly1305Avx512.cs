using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kith.Tunnel.Ciphers;

/// <summary>
/// Poly1305 over eight packets of equal length at once, one in each lane, each with its own one-time key: limbs of 26 bits, two blocks
/// for each reduction. Time depends on the length alone.
/// </summary>
internal static unsafe class Poly1305Avx512
{
    /// <summary>Packets at once.</summary>
    public const int Lanes = 8;

    private const int ChunkBytes = 64;
    private const int LimbBits = 26;

    // Two powers of r: for each five limbs and, times five, the four that wrap around.
    private const int PowerVectors = 9;

    /// <summary>
    /// Computes the tags. <paramref name="packets"/> and <paramref name="keys"/> are eight addresses each (repeat one where there are fewer packets); keys are
    /// readable for 64 bytes; <paramref name="tags"/> has room for eight tags.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tags(byte** keys, byte** packets, int length, byte* tags)
    {
        Vector512<ulong>* memory = stackalloc Vector512<ulong>[(2 * PowerVectors) + 8 + 5];
        Vector512<ulong>* single = memory;
        Vector512<ulong>* squared = memory + PowerVectors;
        Vector512<ulong>* chunk = memory + (2 * PowerVectors);
        byte* padded = stackalloc byte[Lanes * ChunkBytes];

        Transpose(keys, 0, chunk);
        Prepare(chunk[0] & Vector512.Create(0x0FFFFFFC_0FFFFFFFUL), chunk[1] & Vector512.Create(0x0FFFFFFC_0FFFFFFCUL), single, squared);

        Vector512<ulong> h0 = Vector512<ulong>.Zero;
        Vector512<ulong> h1 = h0;
        Vector512<ulong> h2 = h0;
        Vector512<ulong> h3 = h0;
        Vector512<ulong> h4 = h0;
        int offset = 0;
        for (; offset <= length - ChunkBytes; offset += ChunkBytes)
        {
            Transpose(packets, offset, chunk);
            Two(ref h0, ref h1, ref h2, ref h3, ref h4, chunk[0], chunk[1], chunk[2], chunk[3], single, squared);
            Two(ref h0, ref h1, ref h2, ref h3, ref h4, chunk[4], chunk[5], chunk[6], chunk[7], single, squared);
        }

        // What is left, padded with zeros to whole blocks, and the block of the two lengths.
        int rest = length - offset;
        int blocks = (rest + 15) / 16;
        if (blocks > 0)
        {
            new Span<byte>(padded, Lanes * ChunkBytes).Clear();
            byte** pieces = stackalloc byte*[Lanes];
            for (int lane = 0; lane < Lanes; lane++)
            {
                pieces[lane] = padded + (lane * ChunkBytes);
                Unsafe.CopyBlockUnaligned(pieces[lane], packets[lane] + offset, (uint)rest);
            }

            Transpose(pieces, 0, chunk);
        }

        for (int block = 0; block < blocks; block++)
        {
            One(ref h0, ref h1, ref h2, ref h3, ref h4, chunk[2 * block], chunk[(2 * block) + 1], single);
        }

        One(ref h0, ref h1, ref h2, ref h3, ref h4, Vector512<ulong>.Zero, Vector512.Create((ulong)length), single);

        Vector512<ulong>* limbs = memory + (2 * PowerVectors) + 8;
        (limbs[0], limbs[1], limbs[2], limbs[3], limbs[4]) = (h0, h1, h2, h3, h4);
        for (int lane = 0; lane < Lanes; lane++)
        {
            Finish((ulong*)limbs + lane, keys[lane] + 16, tags + (16 * lane));
        }
    }

    private static void Finish(ulong* limbs, byte* pad, byte* tag)
    {
        // Limbs may be a little over 26 bits; the words carry what is.
        UInt128 low = limbs[0] + ((UInt128)limbs[Lanes] << LimbBits) + ((UInt128)limbs[2 * Lanes] << (2 * LimbBits)) + ((UInt128)limbs[3 * Lanes] << (3 * LimbBits));
        UInt128 total = low + ((UInt128)limbs[4 * Lanes] << (4 * LimbBits));
        ulong high = (ulong)(limbs[4 * Lanes] >> (128 - (4 * LimbBits))) + (total < low ? 1UL : 0UL);

        // Anything above 2^130 comes back times five.
        ulong back = (high >> 2) * 5;
        high &= 3;
        UInt128 sum = total + back;
        high += sum < total ? 1UL : 0UL;
        Poly1305Scalar.Finish((ulong)sum, (ulong)(sum >> 64), high, pad, tag);
    }

    // Eight pieces of 64 bytes become, for each of their four blocks, a vector of the low words and one of the high words.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(byte** pieces, int offset, Vector512<ulong>* result)
    {
        Vector512<ulong> p0 = Vector512.Load((ulong*)(pieces[0] + offset));
        Vector512<ulong> p1 = Vector512.Load((ulong*)(pieces[1] + offset));
        Vector512<ulong> p2 = Vector512.Load((ulong*)(pieces[2] + offset));
        Vector512<ulong> p3 = Vector512.Load((ulong*)(pieces[3] + offset));
        Vector512<ulong> p4 = Vector512.Load((ulong*)(pieces[4] + offset));
        Vector512<ulong> p5 = Vector512.Load((ulong*)(pieces[5] + offset));
        Vector512<ulong> p6 = Vector512.Load((ulong*)(pieces[6] + offset));
        Vector512<ulong> p7 = Vector512.Load((ulong*)(pieces[7] + offset));
        Half(Avx512F.UnpackLow(p0, p1), Avx512F.UnpackLow(p2, p3), Avx512F.UnpackLow(p4, p5), Avx512F.UnpackLow(p6, p7), result);
        Half(Avx512F.UnpackHigh(p0, p1), Avx512F.UnpackHigh(p2, p3), Avx512F.UnpackHigh(p4, p5), Avx512F.UnpackHigh(p6, p7), result + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, Vector512<ulong>* result)
    {
        Vector512<ulong> ab0 = Avx512F.Shuffle4x128(a, b, 0x44);
        Vector512<ulong> ab1 = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<ulong> cd0 = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<ulong> cd1 = Avx512F.Shuffle4x128(c, d, 0xEE);
        result[0] = Avx512F.Shuffle4x128(ab0, cd0, 0x88);
        result[2] = Avx512F.Shuffle4x128(ab0, cd0, 0xDD);
        result[4] = Avx512F.Shuffle4x128(ab1, cd1, 0x88);
        result[6] = Avx512F.Shuffle4x128(ab1, cd1, 0xDD);
    }

    // The limbs of r and of r squared, each with its multiples of five.
    private static void Prepare(Vector512<ulong> low, Vector512<ulong> high, Vector512<ulong>* single, Vector512<ulong>* squared)
    {
        Limbs(low, high, 0, out single[0], out single[1], out single[2], out single[3], out single[4]);
        Fives(single);
        Vector512<ulong> h0 = single[0];
        Vector512<ulong> h1 = single[1];
        Vector512<ulong> h2 = single[2];
        Vector512<ulong> h3 = single[3];
        Vector512<ulong> h4 = single[4];
        Products(h0, h1, h2, h3, h4, single, out Vector512<ulong> d0, out Vector512<ulong> d1, out Vector512<ulong> d2, out Vector512<ulong> d3, out Vector512<ulong> d4);
        Carry(d0, d1, d2, d3, d4, out squared[0], out squared[1], out squared[2], out squared[3], out squared[4]);
        Fives(squared);
    }

    private static void Fives(Vector512<ulong>* power)
    {
        for (int i = 1; i <= 4; i++)
        {
            power[4 + i] = power[i] + (power[i] << 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Limbs(
        Vector512<ulong> low, Vector512<ulong> high, ulong top,
        out Vector512<ulong> m0, out Vector512<ulong> m1, out Vector512<ulong> m2, out Vector512<ulong> m3, out Vector512<ulong> m4)
    {
        Vector512<ulong> mask = Vector512.Create((1UL << LimbBits) - 1);
        m0 = low & mask;
        m1 = (low >>> 26) & mask;
        m2 = ((low >>> 52) | (high << 12)) & mask;
        m3 = (high >>> 14) & mask;
        m4 = (high >>> 40) | Vector512.Create(top);
    }

    // h = (h + m)·r² + n·r
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(
        ref Vector512<ulong> h0, ref Vector512<ulong> h1, ref Vector512<ulong> h2, ref Vector512<ulong> h3, ref Vector512<ulong> h4,
        Vector512<ulong> mLow, Vector512<ulong> mHigh, Vector512<ulong> nLow, Vector512<ulong> nHigh, Vector512<ulong>* single, Vector512<ulong>* squared)
    {
        Limbs(mLow, mHigh, 1UL << 24, out Vector512<ulong> m0, out Vector512<ulong> m1, out Vector512<ulong> m2, out Vector512<ulong> m3, out Vector512<ulong> m4);
        Products(h0 + m0, h1 + m1, h2 + m2, h3 + m3, h4 + m4, squared, out Vector512<ulong> d0, out Vector512<ulong> d1, out Vector512<ulong> d2, out Vector512<ulong> d3, out Vector512<ulong> d4);
        Limbs(nLow, nHigh, 1UL << 24, out m0, out m1, out m2, out m3, out m4);
        Products(m0, m1, m2, m3, m4, single, out Vector512<ulong> e0, out Vector512<ulong> e1, out Vector512<ulong> e2, out Vector512<ulong> e3, out Vector512<ulong> e4);
        Carry(d0 + e0, d1 + e1, d2 + e2, d3 + e3, d4 + e4, out h0, out h1, out h2, out h3, out h4);
    }

    private static void One(
        ref Vector512<ulong> h0, ref Vector512<ulong> h1, ref Vector512<ulong> h2, ref Vector512<ulong> h3, ref Vector512<ulong> h4,
        Vector512<ulong> low, Vector512<ulong> high, Vector512<ulong>* single)
    {
        Limbs(low, high, 1UL << 24, out Vector512<ulong> m0, out Vector512<ulong> m1, out Vector512<ulong> m2, out Vector512<ulong> m3, out Vector512<ulong> m4);
        Products(h0 + m0, h1 + m1, h2 + m2, h3 + m3, h4 + m4, single, out Vector512<ulong> d0, out Vector512<ulong> d1, out Vector512<ulong> d2, out Vector512<ulong> d3, out Vector512<ulong> d4);
        Carry(d0, d1, d2, d3, d4, out h0, out h1, out h2, out h3, out h4);
    }

    // power: limbs 0 to 4, then limbs 1 to 4 times five.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Products(
        Vector512<ulong> a0, Vector512<ulong> a1, Vector512<ulong> a2, Vector512<ulong> a3, Vector512<ulong> a4, Vector512<ulong>* power,
        out Vector512<ulong> d0, out Vector512<ulong> d1, out Vector512<ulong> d2, out Vector512<ulong> d3, out Vector512<ulong> d4)
    {
        d0 = (Multiply(a0, power[0]) + Multiply(a1, power[8])) + (Multiply(a2, power[7]) + Multiply(a3, power[6])) + Multiply(a4, power[5]);
        d1 = (Multiply(a0, power[1]) + Multiply(a1, power[0])) + (Multiply(a2, power[8]) + Multiply(a3, power[7])) + Multiply(a4, power[6]);
        d2 = (Multiply(a0, power[2]) + Multiply(a1, power[1])) + (Multiply(a2, power[0]) + Multiply(a3, power[8])) + Multiply(a4, power[7]);
        d3 = (Multiply(a0, power[3]) + Multiply(a1, power[2])) + (Multiply(a2, power[1]) + Multiply(a3, power[0])) + Multiply(a4, power[8]);
        d4 = (Multiply(a0, power[4]) + Multiply(a1, power[3])) + (Multiply(a2, power[2]) + Multiply(a3, power[1])) + Multiply(a4, power[0]);
    }

    // Two chains at once; the limbs end at most a little over 26 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry(
        Vector512<ulong> d0, Vector512<ulong> d1, Vector512<ulong> d2, Vector512<ulong> d3, Vector512<ulong> d4,
        out Vector512<ulong> h0, out Vector512<ulong> h1, out Vector512<ulong> h2, out Vector512<ulong> h3, out Vector512<ulong> h4)
    {
        Vector512<ulong> mask = Vector512.Create((1UL << LimbBits) - 1);
        d1 += d0 >>> LimbBits;
        d4 += d3 >>> LimbBits;
        d0 &= mask;
        d3 &= mask;
        d2 += d1 >>> LimbBits;
        Vector512<ulong> back = d4 >>> LimbBits;
        d1 &= mask;
        d4 &= mask;
        d0 += back + (back << 2);
        d3 += d2 >>> LimbBits;
        d2 &= mask;
        d1 += d0 >>> LimbBits;
        d0 &= mask;
        d4 += d3 >>> LimbBits;
        d3 &= mask;
        (h0, h1, h2, h3, h4) = (d0, d1, d2, d3, d4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.Multiply(a.AsUInt32(), b.AsUInt32());
}
