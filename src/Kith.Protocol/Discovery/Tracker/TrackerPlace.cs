using System.Buffers.Binary;
using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;

namespace Kith.Protocol.Discovery.Tracker;

/// <summary>
/// Under what hash the members of a network announce themselves on a day: it comes of the network's rendezvous secret, so strangers can tell neither the network
/// nor that two days' hashes belong together, and it changes with every new secret.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Epoch">Which of its secrets.</param>
/// <param name="Day">The day in Unix time.</param>
public readonly record struct TrackerPlace(NetworkId Network, uint Epoch, uint Day)
{
    /// <summary>The first 20 bytes of BLAKE2s keyed with the secret, of <c>kith tracker  1</c> and the day (4 bytes).</summary>
    public static byte[] InfoHash(in NetworkSecret secret, uint day)
    {
        Span<byte> input = stackalloc byte[15 + 4];
        "kith tracker  1"u8.CopyTo(input);
        BinaryPrimitives.WriteUInt32BigEndian(input[15..], day);
        byte[] key = secret.Value.ToArray();
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.KeyedHash(key, input, hash);
        CryptographicOperations.ZeroMemory(key);
        return hash[..Announcement.HashBytes].ToArray();
    }
}
