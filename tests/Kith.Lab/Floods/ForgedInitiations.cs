using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Lab.Floods;

/// <summary>
/// Initiations of nobody: random in every field, half of them with a good mac1, as somebody makes them who knows the node's public key. Those are made beforehand,
/// and sent again and again from other addresses: the node remembers none.
/// </summary>
internal sealed class ForgedInitiations : IForgery
{
    private const int PoolCount = 8192;

    private readonly byte[] _pool = new byte[PoolCount * InitiationMessage.Length];
    private readonly ForgedSources _sources;
    private int _next;

    /// <summary>Prepares for a node.</summary>
    /// <param name="target">The node's WireGuard public key.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="knowing">Of four, how many have a good mac1.</param>
    public ForgedInitiations(Bytes32 target, int seed, int knowing = 2)
    {
        _sources = new ForgedSources(seed);
        new Random(seed).NextBytes(_pool);
        Span<byte> key = stackalloc byte[TunnelSpecification.KeyBytes];
        Blake2s.Hash(TunnelSpecification.LabelMac1, target.ToArray(), key);
        for (int i = 0; i < PoolCount; i++)
        {
            Span<byte> message = _pool.AsSpan(i * InitiationMessage.Length, InitiationMessage.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)TunnelMessageType.Initiation);
            if (i % 4 < knowing)
            {
                Blake2s.KeyedHash(key, message[..^(2 * TunnelSpecification.MacBytes)], message[^(2 * TunnelSpecification.MacBytes)..^TunnelSpecification.MacBytes]);
            }
        }
    }

    public int BytesMax => InitiationMessage.Length;

    public int Write(Span<byte> datagram)
    {
        _pool.AsSpan(_next * InitiationMessage.Length, InitiationMessage.Length).CopyTo(datagram);
        _next = (_next + 1) % PoolCount;
        return InitiationMessage.Length;
    }

    public (uint Address, ushort Port) NextSource() => _sources.Next();
}
