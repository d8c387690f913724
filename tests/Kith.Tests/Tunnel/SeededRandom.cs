using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>Randomness that can be repeated.</summary>
public sealed class SeededRandom(int seed) : RandomSource
{
    private readonly Random _random = new(seed);

    /// <summary>Everything of 32 bytes that was drawn: ephemeral keys are among it.</summary>
    public List<byte[]> Keys { get; } = [];

    public override void Fill(Span<byte> destination)
    {
        _random.NextBytes(destination);
        if (destination.Length == 32)
        {
            Keys.Add(destination.ToArray());
        }
    }

    public double NextDouble() => _random.NextDouble();
}
