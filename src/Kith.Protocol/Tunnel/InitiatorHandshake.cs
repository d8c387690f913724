using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The initiator's side of one handshake (WireGuard section 5.4.2-5.4.3). <see cref="Begin"/> writes an initiation and may be called again at
/// any time, which forgets the one before. <see cref="TryComplete"/> takes the response: after an error nothing has changed and the right response may
/// still come; after success all ephemeral state is wiped and only <see cref="Begin"/> may follow. Not thread-safe.
/// </summary>
public sealed class InitiatorHandshake(StaticKeys local, PeerKeys peer, ChaChaPoly cipher) : IDisposable
{
    private readonly NoiseState _state = new();
    private readonly NoiseState _trial = new();
    private X25519Key? _ephemeral;

    /// <summary>Whether an initiation was written that no response has completed yet.</summary>
    public bool IsPending => _ephemeral is not null;

    /// <summary>Whether no secret of a handshake is held.</summary>
    public bool IsWiped => _state.IsWiped && _trial.IsWiped && _ephemeral is null;

    /// <summary>Writes an initiation without its two macs, which are the caller's to add.</summary>
    /// <param name="sender">The index that the response must carry.</param>
    /// <param name="timestamp">Greater than in every initiation with this static key before.</param>
    /// <param name="random">Where the ephemeral key comes from.</param>
    /// <param name="message"><see cref="InitiationMessage.Length"/> bytes.</param>
    public void Begin(uint sender, Tai64n timestamp, RandomSource random, Span<byte> message)
    {
        Span<byte> ephemeral = stackalloc byte[X25519.KeyBytes];
        Span<byte> secret = stackalloc byte[X25519.KeyBytes];
        Span<byte> sealedStatic = stackalloc byte[X25519.KeyBytes + TunnelSpecification.TagBytes];
        Span<byte> stamp = stackalloc byte[Tai64n.Length];
        Span<byte> sealedStamp = stackalloc byte[Tai64n.Length + TunnelSpecification.TagBytes];
        Span<byte> noMac = stackalloc byte[TunnelSpecification.MacBytes];
        noMac.Clear();
        timestamp.Encode(stamp);

        Wipe();
        random.Fill(secret);
        _ephemeral = new X25519Key(secret);
        _ephemeral.CopyPublicKey(ephemeral);
        _state.Begin(peer.PublicKeyBytes);
        _state.MixEphemeral(ephemeral);

        // A peer key of small order was refused when the peer was added, so this agreement cannot fail.
        _ephemeral.TryAgree(peer.PublicKeyBytes, secret);
        _state.MixSecretIntoKey(secret);
        _state.Seal(cipher, local.PublicKeyBytes, sealedStatic);
        _state.MixSecretIntoKey(peer.StaticSecret);
        _state.Seal(cipher, stamp, sealedStamp);
        CryptographicOperations.ZeroMemory(secret);
        cipher.ForgetKeys();

        new InitiationMessage
        {
            Sender = sender,
            Ephemeral = ephemeral,
            SealedStatic = sealedStatic,
            SealedTimestamp = sealedStamp,
            Mac1 = noMac,
            Mac2 = noMac,
        }.Encode(message);
    }

    /// <summary>Takes a response whose mac1 and receiver index the caller has checked, and makes the session's keys.</summary>
    public HandshakeError TryComplete(in ResponseMessage message, SessionKeys keys)
    {
        if (_ephemeral is not { } ephemeral)
        {
            return HandshakeError.NotExpected;
        }

        Span<byte> secret = stackalloc byte[X25519.KeyBytes];
        _trial.CopyFrom(_state);
        HandshakeError error = Open(message, ephemeral, secret);
        if (error == HandshakeError.None)
        {
            keys.Take(_trial, asInitiator: true);
            Wipe();
        }

        CryptographicOperations.ZeroMemory(secret);
        _trial.Wipe();
        cipher.ForgetKeys();
        return error;
    }

    /// <summary>Forgets the handshake under way, if any.</summary>
    public void Wipe()
    {
        _state.Wipe();
        _ephemeral?.Dispose();
        _ephemeral = null;
    }

    /// <summary>The same as <see cref="Wipe"/>.</summary>
    public void Dispose() => Wipe();

    private HandshakeError Open(in ResponseMessage message, X25519Key ephemeral, Span<byte> secret)
    {
        _trial.MixEphemeral(message.Ephemeral);
        if (!ephemeral.TryAgree(message.Ephemeral, secret))
        {
            return HandshakeError.WeakKey;
        }

        _trial.MixSecret(secret);
        if (!local.PrivateKey.TryAgree(message.Ephemeral, secret))
        {
            return HandshakeError.WeakKey;
        }

        _trial.MixSecret(secret);
        _trial.MixPresharedKey(peer.PresharedKey);
        return _trial.TryOpen(cipher, message.SealedNothing, default) ? HandshakeError.None : HandshakeError.BadConfirmation;
    }
}
