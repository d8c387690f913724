using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>The two sides of a handshake without the machine around them, and their error contract.</summary>
public sealed class HandshakeTests : IDisposable
{
    private static readonly Tai64n s_timestamp = Tai64n.FromUnixMilliseconds(1_795_000_000_123);

    private readonly SeededRandom _random = new(7);
    private readonly ChaChaPoly _cipher = new();
    private readonly StaticKeys _initiatorKeys;
    private readonly StaticKeys _responderKeys;
    private readonly PeerKeys _responderAtInitiator;
    private readonly PeerKeys _initiatorAtResponder;
    private readonly byte[] _initiation = new byte[InitiationMessage.Length];
    private readonly byte[] _response = new byte[ResponseMessage.Length];
    private readonly SessionKeys _initiatorSession = new();
    private readonly SessionKeys _responderSession = new();

    public HandshakeTests()
    {
        byte[] key = new byte[32];
        _random.Fill(key);
        _initiatorKeys = new StaticKeys(key);
        _random.Fill(key);
        _responderKeys = new StaticKeys(key);
        _random.Fill(key);
        _responderAtInitiator = new PeerKeys(_initiatorKeys, _responderKeys.PublicKey, key);
        _initiatorAtResponder = new PeerKeys(_responderKeys, _initiatorKeys.PublicKey, key);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _initiatorKeys.Dispose();
        _responderKeys.Dispose();
        _responderAtInitiator.Dispose();
        _initiatorAtResponder.Dispose();
        _initiatorSession.Dispose();
        _responderSession.Dispose();
    }

    [Fact]
    public void both_sides_end_with_the_same_keys_and_nothing_else()
    {
        using InitiatorHandshake initiator = new(_initiatorKeys, _responderAtInitiator, _cipher);
        using ResponderHandshake responder = new(_responderKeys, _cipher);
        initiator.Begin(11, s_timestamp, _random, _initiation);
        Assert.False(initiator.IsWiped);

        Assert.True(InitiationMessage.TryDecode(_initiation, out InitiationMessage initiation));
        Assert.Equal(HandshakeError.None, responder.ReadStatic(initiation, out Bytes32 claimed));
        Assert.Equal(_initiatorKeys.PublicKey, claimed);
        Assert.Equal(HandshakeError.None, responder.ReadTimestamp(initiation, _initiatorAtResponder, out Tai64n timestamp));
        Assert.Equal(s_timestamp, timestamp);
        Assert.Equal(HandshakeError.None, responder.Respond(_initiatorAtResponder, 22, initiation.Sender, _random, _response, _responderSession));

        Assert.True(ResponseMessage.TryDecode(_response, out ResponseMessage response));
        Assert.Equal(11u, response.Receiver);
        Assert.Equal(22u, response.Sender);
        Assert.Equal(HandshakeError.None, initiator.TryComplete(response, _initiatorSession));
        Assert.Equal(_initiatorSession.Send, _responderSession.Receive);
        Assert.Equal(_initiatorSession.Receive, _responderSession.Send);
        Assert.False(_initiatorSession.Send.SequenceEqual(_initiatorSession.Receive));
        Assert.True(initiator.IsWiped);
        Assert.True(responder.IsWiped);
    }

    [Fact]
    public void initiator_is_usable_after_a_bad_response_and_not_after_a_good_one()
    {
        using InitiatorHandshake initiator = new(_initiatorKeys, _responderAtInitiator, _cipher);
        initiator.Begin(11, s_timestamp, _random, _initiation);
        Respond();
        byte[] altered = [.. _response];
        altered[50] ^= 1;
        Assert.True(ResponseMessage.TryDecode(altered, out ResponseMessage bad));
        Assert.Equal(HandshakeError.BadConfirmation, initiator.TryComplete(bad, _initiatorSession));
        Assert.True(initiator.IsPending);

        Assert.True(ResponseMessage.TryDecode(_response, out ResponseMessage good));
        Assert.Equal(HandshakeError.None, initiator.TryComplete(good, _initiatorSession));
        Assert.Equal(HandshakeError.NotExpected, initiator.TryComplete(good, _initiatorSession));
    }

    [Theory]
    [InlineData(8, 32, HandshakeError.BadStatic)]
    [InlineData(40, 48, HandshakeError.BadStatic)]
    [InlineData(88, 28, HandshakeError.BadTimestamp)]
    public void altered_initiation_is_refused_and_the_responder_wiped(int offset, int length, HandshakeError expected)
    {
        using InitiatorHandshake initiator = new(_initiatorKeys, _responderAtInitiator, _cipher);
        using ResponderHandshake responder = new(_responderKeys, _cipher);
        initiator.Begin(11, s_timestamp, _random, _initiation);
        for (int i = offset; i < offset + length; i++)
        {
            byte[] altered = [.. _initiation];
            altered[i] ^= 4;
            Assert.True(InitiationMessage.TryDecode(altered, out InitiationMessage message));
            HandshakeError error = responder.ReadStatic(message, out _);
            if (error == HandshakeError.None)
            {
                error = responder.ReadTimestamp(message, _initiatorAtResponder, out _);
            }

            Assert.Equal(expected, error);
            Assert.True(responder.IsWiped);
        }
    }

    [Fact]
    public void ephemeral_key_of_small_order_is_refused_by_both_sides()
    {
        using InitiatorHandshake initiator = new(_initiatorKeys, _responderAtInitiator, _cipher);
        using ResponderHandshake responder = new(_responderKeys, _cipher);
        initiator.Begin(11, s_timestamp, _random, _initiation);
        Respond();
        _initiation.AsSpan(8, 32).Clear();
        Assert.True(InitiationMessage.TryDecode(_initiation, out InitiationMessage initiation));
        Assert.Equal(HandshakeError.WeakKey, responder.ReadStatic(initiation, out _));
        _response.AsSpan(12, 32).Clear();
        Assert.True(ResponseMessage.TryDecode(_response, out ResponseMessage response));
        Assert.Equal(HandshakeError.WeakKey, initiator.TryComplete(response, _initiatorSession));
    }

    [Fact]
    public void static_key_of_small_order_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PeerKeys(_initiatorKeys, default, default));

    [Fact]
    public void keys_are_wiped_by_dispose()
    {
        _responderAtInitiator.Dispose();
        _initiatorKeys.Dispose();
        Assert.Equal(new byte[32], _responderAtInitiator.StaticSecret.ToArray());
        Assert.Equal(new byte[32], _responderAtInitiator.PresharedKey.ToArray());
        Assert.Throws<ObjectDisposedException>(() => _initiatorKeys.PrivateKey.TryAgree(_responderKeys.PublicKeyBytes, new byte[32]));
    }

    private void Respond()
    {
        using ResponderHandshake responder = new(_responderKeys, _cipher);
        Assert.True(InitiationMessage.TryDecode(_initiation, out InitiationMessage initiation));
        Assert.Equal(HandshakeError.None, responder.ReadStatic(initiation, out _));
        Assert.Equal(HandshakeError.None, responder.ReadTimestamp(initiation, _initiatorAtResponder, out _));
        Assert.Equal(HandshakeError.None, responder.Respond(_initiatorAtResponder, 22, 11, _random, _response, _responderSession));
    }
}
