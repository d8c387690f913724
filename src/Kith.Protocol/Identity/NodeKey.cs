using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>
/// The secret half of a node's or an invite's identity: an Ed25519 seed, and the X25519 key for the tunnel that follows from it. The secrets are in
/// pinned memory, wiped by <see cref="Dispose"/>, and never in <see cref="ToString"/>. Thread-safe until disposed.
/// </summary>
public sealed class NodeKey : IDisposable
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedBytes = Ed25519.SeedBytes;

    private readonly byte[] _seed = GC.AllocateArray<byte>(Ed25519.SeedBytes, pinned: true);
    private readonly byte[] _tunnelPrivateKey = GC.AllocateArray<byte>(X25519.KeyBytes, pinned: true);
    private readonly LibCryptoKey _signingKey;
    private volatile bool _disposed;

    private NodeKey(ReadOnlySpan<byte> seed)
    {
        seed.CopyTo(_seed);
        _signingKey = LibCryptoKey.FromPrivate(LibCrypto.KeyEd25519, _seed);
        Span<byte> publicKey = stackalloc byte[32];
        _signingKey.CopyPublic(publicKey);
        Id = new NodeId(publicKey);
        Ed25519.ConvertSeed(_seed, _tunnelPrivateKey);
        X25519.DerivePublicKey(_tunnelPrivateKey, publicKey);
        TunnelPublicKey = new Bytes32(publicKey);
    }

    /// <summary>The public half.</summary>
    public NodeId Id { get; }

    /// <summary>The X25519 public key: the node's WireGuard static key. Equal to what <see cref="NodeId.TryGetTunnelPublicKey"/> gives.</summary>
    public Bytes32 TunnelPublicKey { get; }

    /// <summary>Draws a new key.</summary>
    public static NodeKey Generate(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> seed = stackalloc byte[SeedBytes];
        random.Fill(seed);
        NodeKey key = new(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>The key of a seed, which is copied.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    public static NodeKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException("A seed has thirty-two bytes.", nameof(seed));
        }

        return new NodeKey(seed);
    }

    /// <summary>Copies the 32-byte X25519 private key, clamped; the caller wipes its copy.</summary>
    /// <exception cref="ObjectDisposedException">The key has been wiped.</exception>
    public void CopyTunnelPrivateKey(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _tunnelPrivateKey.CopyTo(destination);
    }

    /// <summary>Copies the 32-byte seed, for storage; the caller wipes its copy.</summary>
    /// <exception cref="ObjectDisposedException">The key has been wiped.</exception>
    public void CopySeed(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _seed.CopyTo(destination);
    }

    /// <summary>Signs a message; <paramref name="signature"/> takes exactly 64 bytes.</summary>
    /// <exception cref="ObjectDisposedException">The key has been wiped.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (signature.Length != Ed25519.SignatureBytes)
        {
            throw new ArgumentException("A signature has sixty-four bytes.", nameof(signature));
        }

        Ed25519.Sign(_signingKey, message, signature);
    }

    /// <summary>Wipes the secrets. Idempotent.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_tunnelPrivateKey);
        _signingKey.Dispose();
    }

    /// <summary>The public half's text.</summary>
    public override string ToString() => Id.ToString();
}
