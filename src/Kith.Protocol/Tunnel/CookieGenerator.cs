using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The sending side of mac1, mac2 and cookies for one peer (WireGuard section 5.4.4 and 5.4.7): adds the macs to handshake messages and takes the
/// cookies that the peer answers under load. Not thread-safe.
/// </summary>
public sealed class CookieGenerator
{
    private readonly byte[] _mac1Key = new byte[TunnelSpecification.KeyBytes];
    private readonly byte[] _cookieKey = new byte[TunnelSpecification.KeyBytes];
    private readonly byte[] _lastMac1 = new byte[TunnelSpecification.MacBytes];
    private readonly byte[] _cookie = new byte[TunnelSpecification.MacBytes];
    private Instant? _cookieReceived;
    private bool _hasLastMac1;

    /// <summary>Prepares for the peer with this static public key.</summary>
    public CookieGenerator(ReadOnlySpan<byte> peerPublicKey)
    {
        Blake2s.Hash(TunnelSpecification.LabelMac1, peerPublicKey, _mac1Key);
        Blake2s.Hash(TunnelSpecification.LabelCookie, peerPublicKey, _cookieKey);
    }

    /// <summary>Fills the last 32 bytes of an initiation or response: mac1, and mac2 if a fresh cookie is at hand, otherwise zeros.</summary>
    public void AddMacs(Instant now, Span<byte> message)
    {
        Span<byte> mac1 = message[^(2 * TunnelSpecification.MacBytes)..^TunnelSpecification.MacBytes];
        Span<byte> mac2 = message[^TunnelSpecification.MacBytes..];
        Blake2s.KeyedHash(_mac1Key, message[..^(2 * TunnelSpecification.MacBytes)], mac1);
        mac1.CopyTo(_lastMac1);
        _hasLastMac1 = true;
        if (_cookieReceived is { } received && now - received < TunnelSpecification.CookieRefreshTime)
        {
            Blake2s.KeyedHash(_cookie, message[..^TunnelSpecification.MacBytes], mac2);
        }
        else
        {
            mac2.Clear();
        }
    }

    /// <summary>
    /// Takes a cookie; false if it does not answer the newest message. It is used from the next message on.
    /// </summary>
    public bool TryTakeCookie(Instant now, in CookieReplyMessage message)
    {
        Span<byte> cookie = stackalloc byte[TunnelSpecification.MacBytes];
        if (!_hasLastMac1 || !XChaChaPoly.TryOpen(_cookieKey, message.Nonce, _lastMac1, message.SealedCookie, cookie))
        {
            return false;
        }

        cookie.CopyTo(_cookie);
        _cookieReceived = now;
        _hasLastMac1 = false;
        return true;
    }

    /// <summary>Forgets the cookie.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(_cookie);
        CryptographicOperations.ZeroMemory(_lastMac1);
        _cookieReceived = null;
        _hasLastMac1 = false;
    }
}
