using System.Security.Cryptography;
using Kith.Protocol.Crypto;

namespace Kith.Lab.Dht;

/// <summary>A key pair for mutable items in the forms that other programs want it in, hexadecimal.</summary>
internal sealed class DhtSigner
{
    public DhtSigner()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedBytes);
        byte[] publicKey = new byte[Ed25519.PublicKeyBytes];
        Ed25519.DerivePublicKey(seed, publicKey);

        // RFC 8032 section 5.1.5: what libtorrent calls the private key.
        byte[] expanded = SHA512.HashData(seed);
        expanded[0] &= 248;
        expanded[31] &= 63;
        expanded[31] |= 64;
        Seed = Convert.ToHexStringLower(seed);
        PublicKey = Convert.ToHexStringLower(publicKey);
        ExpandedKey = Convert.ToHexStringLower(expanded);
    }

    public string Seed { get; }

    public string PublicKey { get; }

    public string ExpandedKey { get; }
}
