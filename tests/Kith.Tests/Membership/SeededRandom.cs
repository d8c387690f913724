using System.Buffers.Binary;
using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

/// <summary>Randomness from a seed: SHA-256 of seed and counter, so that keys drawn from it never change between runs.</summary>
internal sealed class SeededRandom(ulong seed) : RandomSource
{
    private ulong _counter;

    public override void Fill(Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[16];
        Span<byte> block = stackalloc byte[32];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64BigEndian(input, seed);
            BinaryPrimitives.WriteUInt64BigEndian(input[8..], _counter++);
            SHA256.HashData(input, block);
            int length = Math.Min(block.Length, destination.Length);
            block[..length].CopyTo(destination);
            destination = destination[length..];
        }
    }

    public bool NextChance(int percent) => NextBelow(100) < percent;
}
