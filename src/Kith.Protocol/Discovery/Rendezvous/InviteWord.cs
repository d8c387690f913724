using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// What members leave for whoever comes with an invite: whereabouts of members that serve it, sealed so that only the invite's secret opens them, not a device that
/// merely knew of the invite and was revoked since. Bytes: ephemeral X25519 key (32), then XChaCha20-Poly1305 (nonce of zeros, as each key seals once) of the
/// records, each with its length (2) before it.
/// </summary>
public static class InviteWord
{
    /// <summary>The most members it names.</summary>
    public const int HostsMax = 8;

    private const int RecordBytesMax = SealedValue.ContentBytesMax - X25519.KeyBytes - XChaChaPoly.TagBytes;

    private static ReadOnlySpan<byte> KeyLabel => "kith dht invit 2"u8;

    /// <summary>Seals as many of the records as there is room for, in order; null where the invite's key is no usable one or not even the first fits.</summary>
    public static byte[]? Seal(RendezvousKey place, in NodeId inviteKey, IEnumerable<Whereabouts> hosts, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> records = stackalloc byte[RecordBytesMax];
        SpanWriter writer = new(records);
        foreach (Whereabouts host in hosts.Take(HostsMax))
        {
            if (writer.Position + 2 + host.Encoded.Length <= RecordBytesMax)
            {
                writer.WriteUInt16((ushort)host.Encoded.Length);
                writer.WriteBytes(host.Encoded);
            }
        }

        if (writer.Position == 0 || !inviteKey.TryGetTunnelPublicKey(out Bytes32 reader))
        {
            return null;
        }

        byte[] content = new byte[X25519.KeyBytes + writer.Position + XChaChaPoly.TagBytes];
        Span<byte> ephemeral = stackalloc byte[X25519.KeyBytes];
        Span<byte> key = stackalloc byte[XChaChaPoly.KeyBytes];
        random.Fill(ephemeral);
        X25519.DerivePublicKey(ephemeral, content.AsSpan(0, X25519.KeyBytes));
        bool isUsable = TryDeriveKey(ephemeral, reader.ToArray(), content.AsSpan(0, X25519.KeyBytes), key);
        if (isUsable)
        {
            XChaChaPoly.Seal(key, stackalloc byte[XChaChaPoly.NonceBytes], place.PublicKey, writer.Written, content.AsSpan(X25519.KeyBytes));
        }

        CryptographicOperations.ZeroMemory(ephemeral);
        CryptographicOperations.ZeroMemory(key);
        return isUsable ? content : null;
    }

    /// <summary>Opens what was sealed for an invite: the well-formed records in it, their signatures not looked at yet; empty if it does not open.</summary>
    public static IReadOnlyList<Whereabouts> Open(RendezvousKey place, NodeKey inviteKey, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(inviteKey);
        if (content.Length <= X25519.KeyBytes + XChaChaPoly.TagBytes)
        {
            return [];
        }

        Span<byte> records = stackalloc byte[SealedValue.ContentBytesMax];
        records = records[..(content.Length - X25519.KeyBytes - XChaChaPoly.TagBytes)];
        Span<byte> secret = stackalloc byte[X25519.KeyBytes];
        Span<byte> key = stackalloc byte[XChaChaPoly.KeyBytes];
        inviteKey.CopyTunnelPrivateKey(secret);
        bool isOpen = TryDeriveKey(secret, content[..X25519.KeyBytes], content[..X25519.KeyBytes], key)
            && XChaChaPoly.TryOpen(key, stackalloc byte[XChaChaPoly.NonceBytes], place.PublicKey, content[X25519.KeyBytes..], records);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(key);
        return isOpen ? Read(records) : [];
    }

    private static List<Whereabouts> Read(ReadOnlySpan<byte> records)
    {
        List<Whereabouts> hosts = [];
        SpanReader reader = new(records);
        while (hosts.Count < HostsMax
            && reader.TryReadUInt16(out ushort length) && reader.TryReadBytes(length, out ReadOnlySpan<byte> encoded)
            && Whereabouts.TryDecode(encoded, out Whereabouts? host))
        {
            hosts.Add(host);
        }

        return hosts;
    }

    // The ephemeral key enters the hash, so that a key that agrees to the same secret seals nothing else.
    private static bool TryDeriveKey(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> ephemeral, Span<byte> key)
    {
        Span<byte> shared = stackalloc byte[X25519.KeyBytes];
        bool isUsable = X25519.TryAgree(privateKey, publicKey, shared);
        if (isUsable)
        {
            Span<byte> label = stackalloc byte[KeyLabel.Length + X25519.KeyBytes];
            KeyLabel.CopyTo(label);
            ephemeral.CopyTo(label[KeyLabel.Length..]);
            Blake2s.KeyedHash(shared, label, key);
        }

        CryptographicOperations.ZeroMemory(shared);
        return isUsable;
    }
}
