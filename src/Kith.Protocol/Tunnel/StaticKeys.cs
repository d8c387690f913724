using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>The static key pair of this side; the private half is inside libcrypto until <see cref="Dispose"/> wipes it.</summary>
public sealed class StaticKeys : IDisposable
{
    private readonly X25519Key _privateKey;
    private readonly byte[] _publicKey = new byte[X25519.KeyBytes];

    /// <summary>Copies the private key; the caller wipes its own copy.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public StaticKeys(ReadOnlySpan<byte> privateKey)
    {
        _privateKey = new X25519Key(privateKey);
        _privateKey.CopyPublicKey(_publicKey);
        PublicKey = new Bytes32(_publicKey);
    }

    /// <summary>The public half.</summary>
    public Bytes32 PublicKey { get; }

    /// <summary>The public half as bytes.</summary>
    public ReadOnlySpan<byte> PublicKeyBytes => _publicKey;

    /// <summary>The secret half, for agreements; of no more use after <see cref="Dispose"/>.</summary>
    public X25519Key PrivateKey => _privateKey;

    /// <summary>Wipes the private key.</summary>
    public void Dispose() => _privateKey.Dispose();
}
