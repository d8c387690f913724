using System.Buffers.Binary;
using System.Numerics;
using Kith.Protocol.Wire;

namespace Kith.Simulator;

/// <summary>xoshiro256** (Blackman and Vigna) seeded through SplitMix64: the whole chance of a simulation follows from one number. Not for real keys.</summary>
internal sealed class SeededRandom : RandomSource
{
    private readonly ulong _seed;
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SeededRandom(ulong seed)
    {
        _seed = seed;
        ulong state = seed;
        _a = Split(ref state);
        _b = Split(ref state);
        _c = Split(ref state);
        _d = Split(ref state);
    }

    /// <summary>
    /// A generator of its own for one purpose. It depends on the seed and the purpose alone, so that one machine drawing more does not change what another draws.
    /// </summary>
    public SeededRandom Fork(string purpose)
    {
        ulong hash = _seed ^ 0xCBF29CE484222325;
        foreach (char character in purpose)
        {
            hash = (hash ^ character) * 0x100000001B3;
        }

        return new SeededRandom(Split(ref hash));
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextShare() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Whether something of this probability happens.</summary>
    public bool Happens(double share) => share > 0 && NextShare() < share;

    /// <summary>A span in [zero, max).</summary>
    public TimeSpan NextSpan(TimeSpan max) => new((long)(max.Ticks * NextShare()));

    /// <summary>Puts a list in random order.</summary>
    public void Shuffle<T>(IList<T> list)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            int j = NextBelow(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
    }

    /// <inheritdoc/>
    public override void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            int count = Math.Min(8, destination.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    private ulong Next()
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

    private static ulong Split(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
