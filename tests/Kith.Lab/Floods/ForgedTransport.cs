using System.Buffers.Binary;
using Kith.Protocol.Tunnel;

namespace Kith.Lab.Floods;

/// <summary>
/// Packets for a session that is alive: its receiver index, a random counter, and random bytes where the sealed packet and its tag would be. They claim to come
/// from where the session's packets really come from, or from anywhere.
/// </summary>
internal sealed class ForgedTransport : IForgery
{
    private const int PoolBytes = 1 << 16;

    private readonly byte[] _pool = new byte[PoolBytes];
    private readonly Random _random;
    private readonly ForgedSources _sources;
    private readonly uint _receiver;
    private readonly int _sealedBytes;
    private readonly (uint Address, ushort Port)? _source;

    /// <summary>Prepares.</summary>
    /// <param name="receiver">The receiver index.</param>
    /// <param name="sealedBytes">Bytes after the header, with the tag.</param>
    /// <param name="source">Where they claim to come from; null for anywhere.</param>
    /// <param name="seed">Of all that is random.</param>
    public ForgedTransport(uint receiver, int sealedBytes, (uint Address, ushort Port)? source, int seed)
    {
        _receiver = receiver;
        _sealedBytes = sealedBytes;
        _source = source;
        _random = new Random(seed);
        _sources = new ForgedSources(seed);
        _random.NextBytes(_pool);
    }

    public int BytesMax => 16 + _sealedBytes;

    public int Write(Span<byte> datagram)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(datagram, (uint)TunnelMessageType.Transport);
        BinaryPrimitives.WriteUInt32LittleEndian(datagram[4..], _receiver);

        // Below what no session accepts, so that only the tag shows that it is forged.
        BinaryPrimitives.WriteUInt64LittleEndian(datagram[8..], (ulong)_random.NextInt64() >> 8);
        _pool.AsSpan(_random.Next(PoolBytes - _sealedBytes), _sealedBytes).CopyTo(datagram[16..]);
        return BytesMax;
    }

    public (uint Address, ushort Port) NextSource() => _source ?? _sources.Next();
}
