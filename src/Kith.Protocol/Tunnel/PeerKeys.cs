using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What handshakes with one peer need of it: its static public key, the secret that both static keys share (computed once, because
/// every handshake needs it), and the preshared key. Secrets lie in pinned memory until <see cref="Dispose"/> wipes them.
/// </summary>
public sealed class PeerKeys : IDisposable
{
    private readonly byte[] _publicKey;
    private readonly byte[] _staticSecret = GC.AllocateArray<byte>(X25519.KeyBytes, pinned: true);
    private readonly byte[] _presharedKey = GC.AllocateArray<byte>(TunnelSpecification.KeyBytes, pinned: true);

    /// <summary>Prepares for one peer.</summary>
    /// <param name="local">The static keys of this side.</param>
    /// <param name="publicKey">The peer's static public key.</param>
    /// <param name="presharedKey">32 bytes that both sides have, or empty for none.</param>
    /// <exception cref="ArgumentException">The public key is of small order, or the preshared key is neither empty nor 32 bytes long.</exception>
    public PeerKeys(StaticKeys local, Bytes32 publicKey, ReadOnlySpan<byte> presharedKey)
    {
        if (presharedKey.Length is not (0 or TunnelSpecification.KeyBytes))
        {
            throw new ArgumentException("A preshared key has 32 bytes.", nameof(presharedKey));
        }

        _publicKey = publicKey.ToArray();
        if (!local.PrivateKey.TryAgree(_publicKey, _staticSecret))
        {
            throw new ArgumentException("The public key is of small order.", nameof(publicKey));
        }

        presharedKey.CopyTo(_presharedKey);
        PublicKey = publicKey;
    }

    /// <summary>The peer's static public key.</summary>
    public Bytes32 PublicKey { get; }

    /// <summary>The peer's static public key as bytes.</summary>
    public ReadOnlySpan<byte> PublicKeyBytes => _publicKey;

    /// <summary>The secret shared by both static keys; zeros after <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> StaticSecret => _staticSecret;

    /// <summary>The preshared key; zeros for none, as the protocol has it.</summary>
    public ReadOnlySpan<byte> PresharedKey => _presharedKey;

    /// <summary>Wipes the secrets.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_staticSecret);
        CryptographicOperations.ZeroMemory(_presharedKey);
    }
}
