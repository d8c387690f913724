using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>Numbers from a seed for machines under fuzz, so that an input does the same every time (SplitMix64).</summary>
internal sealed class FuzzRandomSource(ulong seed) : RandomSource
{
    private ulong _state = seed;

    public override void Fill(Span<byte> destination)
    {
        foreach (ref byte value in destination)
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            value = (byte)(z ^ (z >> 31));
        }
    }
}
