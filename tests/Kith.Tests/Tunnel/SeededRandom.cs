using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>Randomness that can be repeated.</summary>
public sealed class SeededRandom(int seed) : RandomSource
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> destination) => _random.NextBytes(destination);

    public double NextDouble() => _random.NextDouble();
}
