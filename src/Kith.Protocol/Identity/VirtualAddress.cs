using System.Buffers.Binary;
using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>
/// The addresses a node has inside a network, computed by everyone from the same public facts and handed out by nobody. Thread-safe.
/// </summary>
public static class VirtualAddress
{
    /// <summary>Bits of a network's IPv6 prefix: fd00::/8 (RFC 4193) and 40 bits of the network id.</summary>
    public const int V6PrefixBits = 48;

    /// <summary>Bits of a network's IPv4 prefix.</summary>
    public const int V4PrefixBits = 20;

    /// <summary>How many IPv4 addresses a node can be tried at before it goes without one.</summary>
    public const int AttemptsMax = 256;

    /// <summary>100.64.0.0/10 (RFC 6598), in which all IPv4 prefixes lie.</summary>
    private const uint SharedSpace = 0x6440_0000;

    private const uint SharedSpaceMask = 0xFFC0_0000;

    private const uint HostMask = 0xFFF;

    /// <summary>The network's IPv6 prefix, host bits zero.</summary>
    public static InternetAddress PrefixV6(NetworkId network)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        bytes.Clear();
        WritePrefixV6(network, bytes);
        return InternetAddress.FromBytes(bytes);
    }

    /// <summary>fd, 40 bits of the network id, 80 bits of SHA-256(node id). Two nodes of one network collide with probability 2^-80.</summary>
    public static InternetAddress ForV6(NetworkId network, NodeId node)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        Span<byte> id = stackalloc byte[NodeId.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        node.WriteTo(id);
        SHA256.HashData(id, hash);
        WritePrefixV6(network, bytes);
        hash[..10].CopyTo(bytes[6..]);
        return InternetAddress.FromBytes(bytes);
    }

    /// <summary>
    /// The prefix and a host part of 1 to 4094 from SHA-256(node id, attempt byte): its first four bytes modulo 4094, plus one. The host parts of all zeros
    /// and all ones never occur.
    /// </summary>
    /// <param name="prefix20">The network's /20 in host byte order, as <see cref="IsV4Prefix"/> accepts it.</param>
    /// <param name="node">The node.</param>
    /// <param name="attempt">0 first; higher where the one before is taken; below <see cref="AttemptsMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not such a prefix, or an attempt out of range.</exception>
    public static InternetAddress ForV4(uint prefix20, NodeId node, int attempt)
    {
        if (!IsV4Prefix(prefix20))
        {
            throw new ArgumentOutOfRangeException(nameof(prefix20), "The prefix must be a /20 inside 100.64.0.0/10.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(attempt, AttemptsMax);
        Span<byte> input = stackalloc byte[NodeId.Length + 1];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        node.WriteTo(input);
        input[NodeId.Length] = (byte)attempt;
        SHA256.HashData(input, hash);
        uint host = 1 + (BinaryPrimitives.ReadUInt32BigEndian(hash) % (HostMask - 1));
        return InternetAddress.FromV4(prefix20 | host);
    }

    /// <summary>Whether a host-order number is a /20 inside 100.64.0.0/10 with its host bits zero.</summary>
    public static bool IsV4Prefix(uint prefix20) => (prefix20 & SharedSpaceMask) == SharedSpace && (prefix20 & HostMask) == 0;

    /// <summary>One of the 1,024 possible /20s, uniformly, in host byte order.</summary>
    public static uint RandomV4Prefix(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return SharedSpace | ((uint)random.NextBelow(1 << (V4PrefixBits - 10)) << (32 - V4PrefixBits));
    }

    private static void WritePrefixV6(NetworkId network, Span<byte> bytes)
    {
        Span<byte> id = stackalloc byte[NetworkId.Length];
        network.WriteTo(id);
        bytes[0] = 0xFD;
        id[..5].CopyTo(bytes[1..]);
    }
}
