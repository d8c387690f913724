using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kith.Fuzz;

/// <summary>xoshiro256** (Blackman and Vigna), seeded through SplitMix64: fast, and the same on every machine.</summary>
internal sealed class FuzzRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public FuzzRandom(ulong seed)
    {
        _a = Split(ref seed);
        _b = Split(ref seed);
        _c = Split(ref seed);
        _d = Split(ref seed);
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number in [0, max).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(int max) => (int)(((Next() >> 32) * (uint)max) >> 32);

    public void Fill(Span<byte> destination)
    {
        foreach (ref byte value in destination)
        {
            value = (byte)(Next() >> 56);
        }
    }

    /// <summary>A seed for one purpose out of a seed for all.</summary>
    public static ulong Derive(ulong seed, string purpose)
    {
        foreach (char character in purpose)
        {
            seed = (seed ^ character) * 0x100000001B3;
        }

        return Split(ref seed);
    }

    private static ulong Split(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
