using Kith.Protocol.Wire;

namespace Kith.Tests.Identity;

/// <summary>Repeatable randomness for tests.</summary>
internal sealed class TestRandom(int seed) : RandomSource
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
