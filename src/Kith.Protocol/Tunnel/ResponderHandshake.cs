using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The responder's side of handshakes, one after the other (WireGuard section 5.4.2-5.4.3), in three steps so that the caller can look the peer up
/// between: <see cref="ReadStatic"/>, <see cref="ReadTimestamp"/>, <see cref="Respond"/>. After an error, and after the last step, everything is wiped and only
/// <see cref="ReadStatic"/> may follow; a caller that stops half-way calls <see cref="Wipe"/>. Nothing is allocated. Not thread-safe.
/// </summary>
public sealed class ResponderHandshake(StaticKeys local, ChaChaPoly cipher) : IDisposable
{
    private readonly NoiseState _state = new();
    private readonly byte[] _remoteEphemeral = new byte[X25519.KeyBytes];

    /// <summary>Whether no secret of a handshake is held.</summary>
    public bool IsWiped => _state.IsWiped;

    /// <summary>The first step: who claims to have sent this? Costs one key agreement. The claim is not proven yet.</summary>
    public HandshakeError ReadStatic(in InitiationMessage message, out Bytes32 initiator)
    {
        initiator = default;
        Span<byte> secret = stackalloc byte[X25519.KeyBytes];
        Span<byte> claimed = stackalloc byte[X25519.KeyBytes];
        message.Ephemeral.CopyTo(_remoteEphemeral);
        _state.Begin(local.PublicKeyBytes);
        _state.MixEphemeral(message.Ephemeral);
        if (!local.PrivateKey.TryAgree(message.Ephemeral, secret))
        {
            return Fail(HandshakeError.WeakKey);
        }

        _state.MixSecretIntoKey(secret);
        CryptographicOperations.ZeroMemory(secret);
        if (!_state.TryOpen(cipher, message.SealedStatic, claimed))
        {
            return Fail(HandshakeError.BadStatic);
        }

        initiator = new Bytes32(claimed);
        return HandshakeError.None;
    }

    /// <summary>The second step: proves the claim, and gives the timestamp, which the caller must find to be fresh.</summary>
    public HandshakeError ReadTimestamp(in InitiationMessage message, PeerKeys peer, out Tai64n timestamp)
    {
        timestamp = default;
        Span<byte> stamp = stackalloc byte[Tai64n.Length];
        _state.MixSecretIntoKey(peer.StaticSecret);
        if (!_state.TryOpen(cipher, message.SealedTimestamp, stamp) || !Tai64n.TryDecode(stamp, out timestamp))
        {
            return Fail(HandshakeError.BadTimestamp);
        }

        return HandshakeError.None;
    }

    /// <summary>The last step: writes the response without its two macs, which are the caller's to add, and makes the session's keys.</summary>
    /// <param name="peer">The peer of the second step.</param>
    /// <param name="sender">The index that packets of the session to this side must carry.</param>
    /// <param name="receiver">The sender index of the initiation.</param>
    /// <param name="random">Where the ephemeral key comes from.</param>
    /// <param name="response"><see cref="ResponseMessage.Length"/> bytes.</param>
    /// <param name="keys">Receives the keys on success.</param>
    public HandshakeError Respond(PeerKeys peer, uint sender, uint receiver, RandomSource random, Span<byte> response, SessionKeys keys)
    {
        Span<byte> ephemeral = stackalloc byte[X25519.KeyBytes];
        Span<byte> secret = stackalloc byte[X25519.KeyBytes];
        Span<byte> sealedNothing = stackalloc byte[TunnelSpecification.TagBytes];
        Span<byte> noMac = stackalloc byte[TunnelSpecification.MacBytes];
        noMac.Clear();
        random.Fill(secret);
        using X25519Key privateKey = new(secret);
        privateKey.CopyPublicKey(ephemeral);
        _state.MixEphemeral(ephemeral);
        bool agreed = privateKey.TryAgree(_remoteEphemeral, secret);
        _state.MixSecret(secret);
        agreed &= privateKey.TryAgree(peer.PublicKeyBytes, secret);
        _state.MixSecret(secret);
        CryptographicOperations.ZeroMemory(secret);
        if (!agreed)
        {
            return Fail(HandshakeError.WeakKey);
        }

        _state.MixPresharedKey(peer.PresharedKey);
        _state.Seal(cipher, default, sealedNothing);
        keys.Take(_state, asInitiator: false);
        Wipe();
        new ResponseMessage
        {
            Sender = sender,
            Receiver = receiver,
            Ephemeral = ephemeral,
            SealedNothing = sealedNothing,
            Mac1 = noMac,
            Mac2 = noMac,
        }.Encode(response);
        return HandshakeError.None;
    }

    /// <summary>Forgets the handshake under way, if any.</summary>
    public void Wipe()
    {
        _state.Wipe();
        cipher.ForgetKeys();
    }

    /// <summary>The same as <see cref="Wipe"/>.</summary>
    public void Dispose() => Wipe();

    private HandshakeError Fail(HandshakeError error)
    {
        Wipe();
        return error;
    }
}
