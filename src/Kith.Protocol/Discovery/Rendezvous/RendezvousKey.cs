using System.Buffers.Binary;
using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Rendezvous;

/// <summary>
/// Where two who share a secret meet in a place that strangers can read: the key pair that signs an item of the DHT, and the key that seals what is in it. Both
/// come of the secret, who is meant and a span of time, so that items of one device, or of two days, look unrelated. Secret; dispose it.
/// </summary>
public sealed class RendezvousKey : IDisposable
{
    private const byte SignerPart = 1;
    private const byte SealPart = 2;

    private readonly byte[] _seed = new byte[Ed25519.SeedBytes];
    private readonly byte[] _sealKey = new byte[XChaChaPoly.KeyBytes];
    private readonly byte[] _publicKey = new byte[Ed25519.PublicKeyBytes];

    private RendezvousKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> place)
    {
        Span<byte> input = stackalloc byte[place.Length + 1];
        place.CopyTo(input);
        input[^1] = SignerPart;
        Blake2s.KeyedHash(secret, input, _seed);
        input[^1] = SealPart;
        Blake2s.KeyedHash(secret, input, _sealKey);
        Ed25519.DerivePublicKey(_seed, _publicKey);
    }

    /// <summary>The Ed25519 seed that items are signed with, 32 bytes.</summary>
    public ReadOnlySpan<byte> Seed => _seed;

    /// <summary>The public half, under which items are found.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The XChaCha20-Poly1305 key that contents are sealed with.</summary>
    public ReadOnlySpan<byte> SealKey => _sealKey;

    /// <summary>The number of a day in Unix time.</summary>
    public static uint DayOf(long wallMilliseconds) => SpanOf(wallMilliseconds, 86_400_000);

    /// <summary>The number of a quarter of an hour in Unix time.</summary>
    public static uint QuarterOf(long wallMilliseconds) => SpanOf(wallMilliseconds, 900_000);

    /// <summary>Where a member's whereabouts lie on a day, for members of one network.</summary>
    public static RendezvousKey ForWhereabouts(in NetworkSecret secret, in NodeId node, uint day)
    {
        Span<byte> place = stackalloc byte[16 + NodeId.Length + 4];
        "kith dht where 1"u8.CopyTo(place);
        node.WriteTo(place[16..]);
        BinaryPrimitives.WriteUInt32BigEndian(place[(16 + NodeId.Length)..], day);
        return FromSecret(secret, place);
    }

    /// <summary>
    /// Where one member leaves word for another in a quarter of an hour. Comes of what only the two share besides the network's secret, so that other members
    /// neither find nor read it. Null where the other's key is no usable one.
    /// </summary>
    public static RendezvousKey? ForMailbox(in NetworkSecret secret, NodeKey self, in NodeId other, bool isToOther, uint quarter)
    {
        ArgumentNullException.ThrowIfNull(self);
        if (!other.TryGetTunnelPublicKey(out Bytes32 publicKey))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[32];
        Span<byte> shared = stackalloc byte[32];
        self.CopyTunnelPrivateKey(key);
        bool agreed = X25519.TryAgree(key, publicKey.ToArray(), shared);
        CryptographicOperations.ZeroMemory(key);
        if (!agreed)
        {
            return null;
        }

        Span<byte> place = stackalloc byte[16 + 32 + (2 * NodeId.Length) + 4];
        "kith dht mail  1"u8.CopyTo(place);
        shared.CopyTo(place[16..]);
        CryptographicOperations.ZeroMemory(shared);
        (isToOther ? self.Id : other).WriteTo(place[48..]);
        (isToOther ? other : self.Id).WriteTo(place[(48 + NodeId.Length)..]);
        BinaryPrimitives.WriteUInt32BigEndian(place[(48 + (2 * NodeId.Length))..], quarter);
        return FromSecret(secret, place);
    }

    /// <summary>Where members leave word for whoever comes with an invite on a day: it comes of the invite's public key, which only they and the joiner know.</summary>
    public static RendezvousKey ForInvite(in NetworkId network, in NodeId inviteKey, uint day) => FromInvite("kith dht invit 1"u8, network, inviteKey, day);

    /// <summary>Where whoever comes with an invite on a day leaves word for the members: by the day, as the clocks of strangers differ more than those of members.</summary>
    public static RendezvousKey ForCall(in NetworkId network, in NodeId inviteKey, uint day) => FromInvite("kith dht call  1"u8, network, inviteKey, day);

    /// <summary>How records in the DNS are sealed for the members of a network. They bear no day: a person puts them there, perhaps once a year.</summary>
    public static RendezvousKey ForDns(in NetworkSecret secret) => FromSecret(secret, "kith dns where 1"u8);

    /// <summary>How records in the DNS are sealed for whoever holds an invite, and for members.</summary>
    public static RendezvousKey ForDnsInvite(in NetworkId network, in NodeId inviteKey) => FromInvite("kith dns invit 1"u8, network, inviteKey, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_sealKey);
    }

    private static RendezvousKey FromSecret(in NetworkSecret secret, ReadOnlySpan<byte> place)
    {
        byte[] bytes = secret.Value.ToArray();
        RendezvousKey key = new(bytes, place);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    private static RendezvousKey FromInvite(ReadOnlySpan<byte> label, in NetworkId network, in NodeId inviteKey, uint day)
    {
        Span<byte> place = stackalloc byte[16 + NetworkId.Length + 4];
        label.CopyTo(place);
        network.WriteTo(place[16..]);
        BinaryPrimitives.WriteUInt32BigEndian(place[(16 + NetworkId.Length)..], day);
        Span<byte> secret = stackalloc byte[NodeId.Length];
        inviteKey.WriteTo(secret);
        return new RendezvousKey(secret, place);
    }

    private static uint SpanOf(long wallMilliseconds, long length) => (uint)Math.Clamp(wallMilliseconds / length, 0, uint.MaxValue);
}
