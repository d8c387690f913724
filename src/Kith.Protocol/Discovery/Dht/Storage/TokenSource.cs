using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dht.Storage;

/// <summary>
/// Write tokens (BEP 5): whoever wants to store something must bring one that went to his address in the last ten minutes, so that nobody writes from an address
/// that is not his. A keyed hash of the address; nothing is kept for a token.
/// </summary>
public sealed class TokenSource
{
    /// <summary>Bytes of a token.</summary>
    public const int TokenBytes = 8;

    private readonly RandomSource _random;
    private readonly byte[] _secret = new byte[32];
    private readonly byte[] _previous = new byte[32];
    private Instant _renewAt;

    /// <summary>Draws the first secrets.</summary>
    public TokenSource(RandomSource random, Instant now)
    {
        _random = random;
        random.Fill(_secret);
        random.Fill(_previous);
        _renewAt = now + DhtTimings.TokenSecretLife;
    }

    /// <summary>Writes the token of an address, <see cref="TokenBytes"/> bytes.</summary>
    public void Write(Instant now, InternetAddress address, Span<byte> token)
    {
        Renew(now);
        Compute(_secret, address, token);
    }

    /// <summary>Whether a token was given to an address lately.</summary>
    public bool IsValid(Instant now, InternetAddress address, ReadOnlySpan<byte> token)
    {
        Renew(now);
        Span<byte> expected = stackalloc byte[TokenBytes];
        Compute(_secret, address, expected);
        bool isValid = CryptographicOperations.FixedTimeEquals(expected, token);
        Compute(_previous, address, expected);
        return isValid | CryptographicOperations.FixedTimeEquals(expected, token);
    }

    private static void Compute(ReadOnlySpan<byte> secret, InternetAddress address, Span<byte> token)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        Span<byte> hash = stackalloc byte[32];
        address.WriteTo(bytes);
        HmacBlake2s.Compute(secret, bytes[..address.ByteCount], hash);
        hash[..TokenBytes].CopyTo(token);
    }

    private void Renew(Instant now)
    {
        if (now >= _renewAt)
        {
            _secret.CopyTo(_previous, 0);
            _random.Fill(_secret);
            _renewAt = now + DhtTimings.TokenSecretLife;
        }
    }
}
