using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Lan;

/// <summary>
/// What an announcement says to those who share a key, and noise to all others: a random nonce (24 bytes), then role (1) and node id (32) sealed
/// with XChaCha20-Poly1305, with the instance's label as associated data so that a tag is good for one name only. 73 bytes.
/// </summary>
public static class LanTag
{
    /// <summary>Bytes of a tag.</summary>
    public const int Bytes = XChaChaPoly.NonceBytes + PlaintextBytes + XChaChaPoly.TagBytes;

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = XChaChaPoly.KeyBytes;

    private const int PlaintextBytes = 1 + NodeId.Length;

    /// <summary>The key that members of a network share: BLAKE2s keyed with the network's secret, of "kith lan 1".</summary>
    public static byte[] DeriveNetworkKey(ReadOnlySpan<byte> secret)
    {
        byte[] key = new byte[KeyBytes];
        Blake2s.KeyedHash(secret, "kith lan 1"u8, key);
        return key;
    }

    /// <summary>The key that an invite's holder and the members share: BLAKE2s keyed with the hash of invite key and network id, of "kith lan join 1".</summary>
    public static byte[] DeriveInviteKey(LanInvite invite)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(invite.PublicKey.ToArray(), invite.Network.ToArray(), hash);
        byte[] key = new byte[KeyBytes];
        Blake2s.KeyedHash(hash, "kith lan join 1"u8, key);
        return key;
    }

    /// <summary>Seals a role and a node into <paramref name="tag"/>, <see cref="Bytes"/> long.</summary>
    public static void Seal(ReadOnlySpan<byte> key, LanRole role, NodeId node, ReadOnlySpan<byte> label, RandomSource random, Span<byte> tag)
    {
        Span<byte> plaintext = stackalloc byte[PlaintextBytes];
        plaintext[0] = (byte)role;
        node.WriteTo(plaintext[1..]);
        random.Fill(tag[..XChaChaPoly.NonceBytes]);
        XChaChaPoly.Seal(key, tag[..XChaChaPoly.NonceBytes], label, plaintext, tag[XChaChaPoly.NonceBytes..]);
    }

    /// <summary>Opens a tag; false if it was not sealed with this key for this label, or is of another length or role.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> tag, out LanRole role, out NodeId node)
    {
        Span<byte> plaintext = stackalloc byte[PlaintextBytes];
        role = default;
        node = default;
        if (tag.Length != Bytes || !XChaChaPoly.TryOpen(key, tag[..XChaChaPoly.NonceBytes], label, tag[XChaChaPoly.NonceBytes..], plaintext))
        {
            return false;
        }

        role = (LanRole)plaintext[0];
        node = new NodeId(plaintext[1..]);
        return role is LanRole.Member or LanRole.Joiner;
    }
}
