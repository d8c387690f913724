using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>A seeded generator (SplitMix64) for tests.</summary>
internal sealed class TestRandom(ulong seed) : RandomSource
{
    private ulong _state = seed;

    public override void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        for (int at = 0; at < destination.Length; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            word[..Math.Min(8, destination.Length - at)].CopyTo(destination[at..]);
        }
    }

    /// <summary>Whether something of the given probability happens.</summary>
    public bool Happens(double probability) => probability > 0 && (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
