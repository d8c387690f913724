using System.Buffers.Binary;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// The 96 bits by which a PCP server knows a mapping's owner again (RFC 6887 section 11.1). Derived from a secret of the node, so that a node that was killed can renew
/// and remove what it had asked for before: with a new nonce the server would refuse until the old mapping has run out.
/// </summary>
public readonly record struct PcpNonce(ulong High, uint Low)
{
    /// <summary>Bytes on the wire.</summary>
    public const int ByteCount = 12;

    /// <summary>The nonce of one mapping: the first 12 bytes of BLAKE2s-256 keyed with the secret, of gateway, client (16 bytes each), transport and port.</summary>
    public static PcpNonce Derive(in Bytes32 secret, in MappingGateway gateway, MappingWish wish)
    {
        Span<byte> key = stackalloc byte[32];
        Span<byte> data = stackalloc byte[35];
        Span<byte> mac = stackalloc byte[Blake2s.HashBytes];
        secret.WriteTo(key);
        gateway.Address.WriteMappedTo(data);
        gateway.Client.WriteMappedTo(data[16..]);
        data[32] = (byte)wish.Transport;
        BinaryPrimitives.WriteUInt16BigEndian(data[33..], wish.InternalPort);
        Blake2s.KeyedHash(key, data, mac);
        return new PcpNonce(BinaryPrimitives.ReadUInt64BigEndian(mac), BinaryPrimitives.ReadUInt32BigEndian(mac[8..]));
    }
}
