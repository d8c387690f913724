using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kith.Tunnel.Ciphers;

/// <summary>ChaCha20 (RFC 8439 section 2.3) in sixteen lanes: one vector holds the same word of sixteen blocks. Time does not depend on keys or data.</summary>
internal static unsafe class ChaChaAvx512
{
    private const int DoubleRounds = 10;

    /// <summary>Whether this processor has what it takes, at full width.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Computes all lanes and combines or stores their key streams. <paramref name="key"/> is eight words.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(uint* key, ChaChaLanes* lanes)
    {
        // "expand 32-byte k"
        Vector512<uint> v0 = Vector512.Create(0x61707865U);
        Vector512<uint> v1 = Vector512.Create(0x3320646EU);
        Vector512<uint> v2 = Vector512.Create(0x79622D32U);
        Vector512<uint> v3 = Vector512.Create(0x6B206574U);
        Vector512<uint> v4 = Vector512.Create(key[0]);
        Vector512<uint> v5 = Vector512.Create(key[1]);
        Vector512<uint> v6 = Vector512.Create(key[2]);
        Vector512<uint> v7 = Vector512.Create(key[3]);
        Vector512<uint> v8 = Vector512.Create(key[4]);
        Vector512<uint> v9 = Vector512.Create(key[5]);
        Vector512<uint> v10 = Vector512.Create(key[6]);
        Vector512<uint> v11 = Vector512.Create(key[7]);
        Vector512<uint> v12 = Vector512.Load(lanes->Block);
        Vector512<uint> v13 = Vector512<uint>.Zero;
        Vector512<uint> v14 = Vector512.Load(lanes->CounterLow);
        Vector512<uint> v15 = Vector512.Load(lanes->CounterHigh);

        for (int i = 0; i < DoubleRounds; i++)
        {
            // Written out in the order that keeps four independent quarter rounds in flight.
            v0 += v4; v1 += v5; v2 += v6; v3 += v7;
            v12 = Avx512F.RotateLeft(v12 ^ v0, 16); v13 = Avx512F.RotateLeft(v13 ^ v1, 16); v14 = Avx512F.RotateLeft(v14 ^ v2, 16); v15 = Avx512F.RotateLeft(v15 ^ v3, 16);
            v8 += v12; v9 += v13; v10 += v14; v11 += v15;
            v4 = Avx512F.RotateLeft(v4 ^ v8, 12); v5 = Avx512F.RotateLeft(v5 ^ v9, 12); v6 = Avx512F.RotateLeft(v6 ^ v10, 12); v7 = Avx512F.RotateLeft(v7 ^ v11, 12);
            v0 += v4; v1 += v5; v2 += v6; v3 += v7;
            v12 = Avx512F.RotateLeft(v12 ^ v0, 8); v13 = Avx512F.RotateLeft(v13 ^ v1, 8); v14 = Avx512F.RotateLeft(v14 ^ v2, 8); v15 = Avx512F.RotateLeft(v15 ^ v3, 8);
            v8 += v12; v9 += v13; v10 += v14; v11 += v15;
            v4 = Avx512F.RotateLeft(v4 ^ v8, 7); v5 = Avx512F.RotateLeft(v5 ^ v9, 7); v6 = Avx512F.RotateLeft(v6 ^ v10, 7); v7 = Avx512F.RotateLeft(v7 ^ v11, 7);

            v0 += v5; v1 += v6; v2 += v7; v3 += v4;
            v15 = Avx512F.RotateLeft(v15 ^ v0, 16); v12 = Avx512F.RotateLeft(v12 ^ v1, 16); v13 = Avx512F.RotateLeft(v13 ^ v2, 16); v14 = Avx512F.RotateLeft(v14 ^ v3, 16);
            v10 += v15; v11 += v12; v8 += v13; v9 += v14;
            v5 = Avx512F.RotateLeft(v5 ^ v10, 12); v6 = Avx512F.RotateLeft(v6 ^ v11, 12); v7 = Avx512F.RotateLeft(v7 ^ v8, 12); v4 = Avx512F.RotateLeft(v4 ^ v9, 12);
            v0 += v5; v1 += v6; v2 += v7; v3 += v4;
            v15 = Avx512F.RotateLeft(v15 ^ v0, 8); v12 = Avx512F.RotateLeft(v12 ^ v1, 8); v13 = Avx512F.RotateLeft(v13 ^ v2, 8); v14 = Avx512F.RotateLeft(v14 ^ v3, 8);
            v10 += v15; v11 += v12; v8 += v13; v9 += v14;
            v5 = Avx512F.RotateLeft(v5 ^ v10, 7); v6 = Avx512F.RotateLeft(v6 ^ v11, 7); v7 = Avx512F.RotateLeft(v7 ^ v8, 7); v4 = Avx512F.RotateLeft(v4 ^ v9, 7);
        }

        uint* blocks = stackalloc uint[16 * ChaChaLanes.Count];
        v0 += Vector512.Create(0x61707865U);
        v1 += Vector512.Create(0x3320646EU);
        v2 += Vector512.Create(0x79622D32U);
        v3 += Vector512.Create(0x6B206574U);
        v4 += Vector512.Create(key[0]);
        v5 += Vector512.Create(key[1]);
        v6 += Vector512.Create(key[2]);
        v7 += Vector512.Create(key[3]);
        v8 += Vector512.Create(key[4]);
        v9 += Vector512.Create(key[5]);
        v10 += Vector512.Create(key[6]);
        v11 += Vector512.Create(key[7]);
        v12 += Vector512.Load(lanes->Block);
        v14 += Vector512.Load(lanes->CounterLow);
        v15 += Vector512.Load(lanes->CounterHigh);

        Quarter(ref v0, ref v1, ref v2, ref v3);
        Quarter(ref v4, ref v5, ref v6, ref v7);
        Quarter(ref v8, ref v9, ref v10, ref v11);
        Quarter(ref v12, ref v13, ref v14, ref v15);
        Scatter(v0, v4, v8, v12, blocks);
        Scatter(v1, v5, v9, v13, blocks + 16);
        Scatter(v2, v6, v10, v14, blocks + 32);
        Scatter(v3, v7, v11, v15, blocks + 48);

        for (int lane = 0; lane < ChaChaLanes.Count; lane++)
        {
            Vector512<byte> stream = Vector512.Load((byte*)(blocks + (16 * lane)));
            byte* target = (byte*)lanes->Target[lane];
            int length = lanes->Length[lane];
            if (length == ChaChaLanes.BlockBytes)
            {
                (stream ^ Vector512.Load(target)).Store(target);
            }
            else if (length == ChaChaLanes.Store)
            {
                stream.Store(target);
            }
            else
            {
                Combine(target, (byte*)(blocks + (16 * lane)), length);
            }
        }
    }

    /// <summary>Combines a piece shorter than a block, touching nothing behind it.</summary>
    public static void Combine(byte* target, byte* stream, int length)
    {
        int offset = 0;
        for (; offset <= length - sizeof(ulong); offset += sizeof(ulong))
        {
            *(ulong*)(target + offset) ^= *(ulong*)(stream + offset);
        }

        for (; offset < length; offset++)
        {
            target[offset] ^= stream[offset];
        }
    }

    // Four vectors of one word each become four vectors of four words: lane 4L + k lies in the L-th quarter of the k-th.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d)
    {
        Vector512<ulong> ab0 = Avx512F.UnpackLow(a, b).AsUInt64();
        Vector512<ulong> ab1 = Avx512F.UnpackHigh(a, b).AsUInt64();
        Vector512<ulong> cd0 = Avx512F.UnpackLow(c, d).AsUInt64();
        Vector512<ulong> cd1 = Avx512F.UnpackHigh(c, d).AsUInt64();
        a = Avx512F.UnpackLow(ab0, cd0).AsUInt32();
        b = Avx512F.UnpackHigh(ab0, cd0).AsUInt32();
        c = Avx512F.UnpackLow(ab1, cd1).AsUInt32();
        d = Avx512F.UnpackHigh(ab1, cd1).AsUInt32();
    }

    // Writes the blocks of lanes k, k + 4, k + 8, k + 12 whose words come in four vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, uint* firstLane)
    {
        Vector512<uint> ab0 = Avx512F.Shuffle4x128(a, b, 0x44);
        Vector512<uint> ab1 = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<uint> cd0 = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<uint> cd1 = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(ab0, cd0, 0x88).Store(firstLane);
        Avx512F.Shuffle4x128(ab0, cd0, 0xDD).Store(firstLane + 64);
        Avx512F.Shuffle4x128(ab1, cd1, 0x88).Store(firstLane + 128);
        Avx512F.Shuffle4x128(ab1, cd1, 0xDD).Store(firstLane + 192);
    }
}
