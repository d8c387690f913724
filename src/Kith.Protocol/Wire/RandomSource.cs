using System.Buffers.Binary;

namespace Kith.Protocol.Wire;

/// <summary>
/// Randomness as the core is handed it: the operating system's generator in a node, a seeded one in the simulator.
/// Keys are drawn from it, so an implementation for real use must be cryptographically strong. Not thread-safe unless it says so.
/// </summary>
public abstract class RandomSource
{
    /// <summary>Fills the span with random bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    /// <summary>A uniform 32-bit number.</summary>
    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>A uniform 64-bit number.</summary>
    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A number in [0, <paramref name="exclusiveMax"/>), without modulo bias that could be measured.</summary>
    public int NextBelow(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        return (int)(NextUInt64() % (ulong)exclusiveMax);
    }
}
