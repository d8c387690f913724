using System.Buffers.Binary;
using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The receiving side of mac1, mac2 and cookies for our static key (WireGuard section 5.4.4 and 5.4.7). A cookie is a mac of the source address
/// under a secret that changes every two minutes, so nothing is remembered of whom it was given to. Not thread-safe.
/// </summary>
public sealed class CookieChecker : IDisposable
{
    private const int SourceBytes = InternetAddress.V6Bytes + sizeof(ushort);

    private readonly byte[] _mac1Key = new byte[TunnelSpecification.KeyBytes];
    private readonly byte[] _cookieKey = new byte[TunnelSpecification.KeyBytes];
    private readonly byte[] _secret = new byte[TunnelSpecification.KeyBytes];
    private readonly RandomSource _random;
    private Instant? _secretMade;

    /// <summary>Prepares for messages to this static public key.</summary>
    public CookieChecker(ReadOnlySpan<byte> publicKey, RandomSource random)
    {
        _random = random;
        Blake2s.Hash(TunnelSpecification.LabelMac1, publicKey, _mac1Key);
        Blake2s.Hash(TunnelSpecification.LabelCookie, publicKey, _cookieKey);
    }

    /// <summary>Whether the sender of an initiation or response knows our public key. Costs one hash.</summary>
    public bool CheckMac1(ReadOnlySpan<byte> message)
    {
        Span<byte> mac = stackalloc byte[TunnelSpecification.MacBytes];
        Blake2s.KeyedHash(_mac1Key, message[..^(2 * TunnelSpecification.MacBytes)], mac);
        return CryptographicOperations.FixedTimeEquals(mac, message[^(2 * TunnelSpecification.MacBytes)..^TunnelSpecification.MacBytes]);
    }

    /// <summary>Whether the sender has shown that it receives at its source address. False while the secret is older than two minutes.</summary>
    public bool CheckMac2(Instant now, in InternetEndpoint source, ReadOnlySpan<byte> message)
    {
        if (_secretMade is not { } made || now - made >= TunnelSpecification.CookieRefreshTime)
        {
            return false;
        }

        Span<byte> cookie = stackalloc byte[TunnelSpecification.MacBytes];
        Span<byte> mac = stackalloc byte[TunnelSpecification.MacBytes];
        MakeCookie(source, cookie);
        Blake2s.KeyedHash(cookie, message[..^TunnelSpecification.MacBytes], mac);
        return CryptographicOperations.FixedTimeEquals(mac, message[^TunnelSpecification.MacBytes..]);
    }

    /// <summary>Writes the reply to a message with a good mac1.</summary>
    /// <param name="now">The time, by which the secret is renewed.</param>
    /// <param name="source">Where the message came from.</param>
    /// <param name="sender">The sender index in the message.</param>
    /// <param name="mac1">The mac1 in the message.</param>
    /// <param name="reply"><see cref="CookieReplyMessage.Length"/> bytes.</param>
    public void WriteReply(Instant now, in InternetEndpoint source, uint sender, ReadOnlySpan<byte> mac1, Span<byte> reply)
    {
        if (_secretMade is not { } made || now - made >= TunnelSpecification.CookieRefreshTime)
        {
            _random.Fill(_secret);
            _secretMade = now;
        }

        Span<byte> cookie = stackalloc byte[TunnelSpecification.MacBytes];
        Span<byte> nonce = stackalloc byte[CookieReplyMessage.NonceBytes];
        Span<byte> sealedCookie = stackalloc byte[TunnelSpecification.MacBytes + TunnelSpecification.TagBytes];
        MakeCookie(source, cookie);
        _random.Fill(nonce);
        XChaChaPoly.Seal(_cookieKey, nonce, mac1, cookie, sealedCookie);
        new CookieReplyMessage { Receiver = sender, Nonce = nonce, SealedCookie = sealedCookie }.Encode(reply);
    }

    /// <summary>Wipes the secret.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _secretMade = null;
    }

    private void MakeCookie(in InternetEndpoint source, Span<byte> cookie)
    {
        Span<byte> bytes = stackalloc byte[SourceBytes];
        source.Address.WriteMappedTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[InternetAddress.V6Bytes..], source.Port);
        Blake2s.KeyedHash(_secret, bytes, cookie);
    }
}
