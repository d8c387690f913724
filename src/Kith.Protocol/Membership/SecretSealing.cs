using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership;

/// <summary>
/// Seals a network's secret to its members and opens it: X25519 between a key made for the statement and each member's tunnel key, HKDF with
/// BLAKE2s bound to network, epoch and member, ChaCha20-Poly1305 with counter 0.
/// </summary>
public static class SecretSealing
{
    private static ReadOnlySpan<byte> Domain => "kith secret share v1\n"u8;

    /// <summary>Draws a new secret and seals it to the members. Members whose id is no usable key get no share.</summary>
    public static NewSecretBody Seal(NetworkId network, uint epoch, IEnumerable<NodeId> members, RandomSource random, out NetworkSecret secret)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> ephemeralPrivate = stackalloc byte[X25519.KeyBytes];
        Span<byte> ephemeralPublic = stackalloc byte[X25519.KeyBytes];
        Span<byte> value = stackalloc byte[NetworkSecret.Length];
        random.Fill(ephemeralPrivate);
        random.Fill(value);
        X25519.DerivePublicKey(ephemeralPrivate, ephemeralPublic);
        secret = new NetworkSecret(epoch, new Bytes32(value));

        List<byte[]> shares = [];
        using ChaChaPoly cipher = new();
        Span<byte> shared = stackalloc byte[X25519.KeyBytes];
        Span<byte> key = stackalloc byte[ChaChaPoly.KeyBytes];
        foreach (NodeId member in members)
        {
            if (!member.TryGetTunnelPublicKey(out Bytes32 tunnelKey) || !X25519.TryAgree(ephemeralPrivate, tunnelKey.ToArray(), shared))
            {
                continue;
            }

            byte[] share = new byte[NewSecretBody.ShareBytes];
            WriteTag(member, share);
            DeriveKey(network, epoch, new Bytes32(ephemeralPublic), member, shared, key);
            cipher.Seal(key, 0, default, value, share.AsSpan(NewSecretBody.TagBytes));
            shares.Add(share);
        }

        ephemeralPrivate.Clear();
        shared.Clear();
        key.Clear();
        shares.Sort(static (a, b) => a.AsSpan(0, NewSecretBody.TagBytes).SequenceCompareTo(b.AsSpan(0, NewSecretBody.TagBytes)));
        return new NewSecretBody(epoch, new Bytes32(ephemeralPublic), secret.Commitment, shares.SelectMany(static share => share).ToArray());
    }

    /// <summary>Opens a member's own share; false if there is none for it, or it is damaged, or is not what the statement commits to.</summary>
    public static bool TryOpen(NetworkId network, NewSecretBody body, NodeKey member, out NetworkSecret secret)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(member);
        secret = default;
        Span<byte> tag = stackalloc byte[Blake2s.HashBytes];
        WriteTag(member.Id, tag);
        ReadOnlySpan<byte> share = body.FindShare(tag[..NewSecretBody.TagBytes]);
        if (share.IsEmpty)
        {
            return false;
        }

        Span<byte> tunnelPrivate = stackalloc byte[X25519.KeyBytes];
        Span<byte> shared = stackalloc byte[X25519.KeyBytes];
        Span<byte> key = stackalloc byte[ChaChaPoly.KeyBytes];
        Span<byte> value = stackalloc byte[NetworkSecret.Length];
        member.CopyTunnelPrivateKey(tunnelPrivate);
        bool ok = X25519.TryAgree(tunnelPrivate, body.EphemeralKey.ToArray(), shared);
        tunnelPrivate.Clear();
        if (ok)
        {
            DeriveKey(network, body.Epoch, body.EphemeralKey, member.Id, shared, key);
            using ChaChaPoly cipher = new();
            ok = cipher.TryOpen(key, 0, default, share, value);
        }

        secret = ok ? new NetworkSecret(body.Epoch, new Bytes32(value)) : default;
        shared.Clear();
        key.Clear();
        value.Clear();
        ok = ok && secret.Commitment == body.Commitment;
        secret = ok ? secret : default;
        return ok;
    }

    private static void WriteTag(NodeId member, Span<byte> destination)
    {
        Span<byte> id = stackalloc byte[NodeId.Length];
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        member.WriteTo(id);
        Blake2s.Hash(id, hash);
        hash[..NewSecretBody.TagBytes].CopyTo(destination);
    }

    private static void DeriveKey(NetworkId network, uint epoch, Bytes32 ephemeral, NodeId member, ReadOnlySpan<byte> shared, Span<byte> key)
    {
        Span<byte> context = stackalloc byte[128];
        SpanWriter writer = new(context);
        writer.WriteBytes(Domain);
        network.WriteTo(writer.Take(NetworkId.Length));
        writer.WriteUInt32(epoch);
        ephemeral.WriteTo(writer.Take(Bytes32.Length));
        member.WriteTo(writer.Take(NodeId.Length));
        Span<byte> chainingKey = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(writer.Written, chainingKey);
        HkdfBlake2s.Expand1(chainingKey, shared, key);
    }
}
