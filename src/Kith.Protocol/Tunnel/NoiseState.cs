using System.Security.Cryptography;
using Kith.Protocol.Crypto;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The running state of one Noise handshake (Noise specification section 5.2 with WireGuard's choices): chaining key, transcript hash and
/// the key for the next sealed field. Not thread-safe. <see cref="Wipe"/> leaves zeros; <see cref="Begin"/> starts anew.
/// </summary>
public sealed class NoiseState
{
    private const int KeyBytes = TunnelSpecification.KeyBytes;

    private static readonly byte[] s_initialChainingKey = HashOf(TunnelSpecification.Construction, default);
    private static readonly byte[] s_initialHash = HashOf(s_initialChainingKey, TunnelSpecification.Identifier);

    private readonly byte[] _chainingKey = GC.AllocateArray<byte>(KeyBytes, pinned: true);
    private readonly byte[] _hash = new byte[KeyBytes];
    private readonly byte[] _key = GC.AllocateArray<byte>(KeyBytes, pinned: true);

    /// <summary>The chaining key every handshake begins with: the hash of the construction's name.</summary>
    public static ReadOnlySpan<byte> InitialChainingKey => s_initialChainingKey;

    /// <summary>The transcript hash every handshake begins with: of the initial chaining key and the identifier.</summary>
    public static ReadOnlySpan<byte> InitialHash => s_initialHash;

    /// <summary>Whether the state holds no secret.</summary>
    public bool IsWiped => _chainingKey.AsSpan().IndexOfAnyExcept((byte)0) < 0 && _key.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Starts a handshake with the responder's static public key, which the initiator knows beforehand.</summary>
    public void Begin(ReadOnlySpan<byte> responderPublicKey)
    {
        s_initialChainingKey.CopyTo(_chainingKey, 0);
        Blake2s.Hash(s_initialHash, responderPublicKey, _hash);
    }

    /// <summary>Makes this state the same as another.</summary>
    public void CopyFrom(NoiseState other)
    {
        other._chainingKey.CopyTo(_chainingKey, 0);
        other._hash.CopyTo(_hash, 0);
        other._key.CopyTo(_key, 0);
    }

    /// <summary>Takes in an ephemeral public key, which is both transcript and (because of the preshared key) key material.</summary>
    public void MixEphemeral(ReadOnlySpan<byte> publicKey)
    {
        HkdfBlake2s.Expand1(_chainingKey, publicKey, _chainingKey);
        Blake2s.Hash(_hash, publicKey, _hash);
    }

    /// <summary>Takes in a shared secret without need of a key yet.</summary>
    public void MixSecret(ReadOnlySpan<byte> secret) => HkdfBlake2s.Expand1(_chainingKey, secret, _chainingKey);

    /// <summary>Takes in a shared secret and makes the key of the next sealed field.</summary>
    public void MixSecretIntoKey(ReadOnlySpan<byte> secret) => HkdfBlake2s.Expand2(_chainingKey, secret, _chainingKey, _key);

    /// <summary>Takes in the preshared key (zeros for none) and makes the key of the next sealed field.</summary>
    public void MixPresharedKey(ReadOnlySpan<byte> presharedKey)
    {
        Span<byte> middle = stackalloc byte[KeyBytes];
        HkdfBlake2s.Expand3(_chainingKey, presharedKey, _chainingKey, middle, _key);
        Blake2s.Hash(_hash, middle, _hash);
        CryptographicOperations.ZeroMemory(middle);
    }

    /// <summary>Seals a field under the current key and takes it into the transcript.</summary>
    public void Seal(ChaChaPoly cipher, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        cipher.Seal(_key, 0, _hash, plaintext, destination);
        Blake2s.Hash(_hash, destination, _hash);
    }

    /// <summary>Opens a field under the current key and takes it into the transcript. After false the state is of no more use.</summary>
    public bool TryOpen(ChaChaPoly cipher, ReadOnlySpan<byte> sealedField, Span<byte> destination)
    {
        if (!cipher.TryOpen(_key, 0, _hash, sealedField, destination))
        {
            return false;
        }

        Blake2s.Hash(_hash, sealedField, _hash);
        return true;
    }

    /// <summary>Makes the two transport keys (WireGuard section 5.4.5).</summary>
    public void Split(Span<byte> initiatorSends, Span<byte> responderSends) =>
        HkdfBlake2s.Expand2(_chainingKey, default, initiatorSends, responderSends);

    /// <summary>Overwrites everything with zeros.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(_chainingKey);
        CryptographicOperations.ZeroMemory(_hash);
        CryptographicOperations.ZeroMemory(_key);
    }

    private static byte[] HashOf(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        byte[] hash = new byte[KeyBytes];
        Blake2s.Hash(a, b, hash);
        return hash;
    }
}
