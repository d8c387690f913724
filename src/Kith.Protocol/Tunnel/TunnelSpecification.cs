namespace Kith.Protocol.Tunnel;

/// <summary>
/// The numbers that WireGuard's paper fixes (sections 5.4 and 6.1) and that both ends must agree on. What this implementation chose
/// for itself stands in <see cref="TunnelLimits"/>.
/// </summary>
public static class TunnelSpecification
{
    /// <summary>Bytes of an X25519 key, a hash, a chaining key and a cipher key alike.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes that sealing adds: the Poly1305 tag.</summary>
    public const int TagBytes = 16;

    /// <summary>Bytes of mac1, of mac2 and of a cookie.</summary>
    public const int MacBytes = 16;

    /// <summary>Packets are padded with zeros to a multiple of this, so that their lengths say less.</summary>
    public const int PaddingBytes = 16;

    /// <summary>After this age the session's initiator renews it when it sends (REKEY_AFTER_TIME).</summary>
    public static readonly TimeSpan RekeyAfterTime = TimeSpan.FromSeconds(120);

    /// <summary>After this age a session neither seals nor opens (REJECT_AFTER_TIME).</summary>
    public static readonly TimeSpan RejectAfterTime = TimeSpan.FromSeconds(180);

    /// <summary>For this long a handshake is tried again before the peer counts as unreachable (REKEY_ATTEMPT_TIME).</summary>
    public static readonly TimeSpan RekeyAttemptTime = TimeSpan.FromSeconds(90);

    /// <summary>The least time between two initiations to one peer (REKEY_TIMEOUT).</summary>
    public static readonly TimeSpan RekeyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Whoever received data and had nothing to send for this long sends an empty packet (KEEPALIVE_TIMEOUT).</summary>
    public static readonly TimeSpan KeepaliveTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A cookie is used, and a cookie secret kept, for this long (COOKIE_REFRESH_TIME).</summary>
    public static readonly TimeSpan CookieRefreshTime = TimeSpan.FromSeconds(120);

    /// <summary>Data that was sent and not answered by anything for this long means a new handshake: the sum of two other timeouts.</summary>
    public static readonly TimeSpan UnansweredTimeout = KeepaliveTimeout + RekeyTimeout;

    /// <summary>After this age the session's initiator renews it even when it only receives, so that the renewal is done before the end.</summary>
    public static readonly TimeSpan RekeyOnReceiveAfterTime = RejectAfterTime - KeepaliveTimeout - RekeyTimeout;

    /// <summary>The Noise protocol's name, whose hash is the first chaining key.</summary>
    public static ReadOnlySpan<byte> Construction => "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"u8;

    /// <summary>The prologue that keeps WireGuard's handshakes apart from other uses of the same Noise pattern.</summary>
    public static ReadOnlySpan<byte> Identifier => "WireGuard v1 zx2c4 Jason@zx2c4.com"u8;

    /// <summary>What a responder's public key is hashed with to make the key of mac1.</summary>
    public static ReadOnlySpan<byte> LabelMac1 => "mac1----"u8;

    /// <summary>What a responder's public key is hashed with to make the key that seals cookies.</summary>
    public static ReadOnlySpan<byte> LabelCookie => "cookie--"u8;
}
