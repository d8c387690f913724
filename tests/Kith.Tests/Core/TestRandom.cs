using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>SplitMix64 from a seed: the same seed gives the same nodes.</summary>
internal sealed class TestRandom(ulong seed) : RandomSource
{
    private ulong _state = seed;

    public override void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        for (int i = 0; i < destination.Length; i += 8)
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            BinaryPrimitives.WriteUInt64LittleEndian(word, z ^ (z >> 31));
            word[..Math.Min(8, destination.Length - i)].CopyTo(destination[i..]);
        }
    }
}
