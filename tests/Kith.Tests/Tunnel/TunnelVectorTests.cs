using Kith.Protocol.Crypto;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tunnel;

/// <summary>The test vectors of docs/protocol/20-tunnel.md, made by the code from fixed keys. wireguard-go has agreed with the same code in the lab.</summary>
public sealed class TunnelVectorTests
{
    private static readonly Instant s_now = new(TimeSpan.TicksPerHour);
    private static readonly Tai64n s_timestamp = Tai64n.FromUnixMilliseconds(1_795_000_000_123);

    [Fact]
    public void handshake_cookie_and_packet_are_as_documented()
    {
        using ChaChaPoly cipher = new();
        using StaticKeys initiatorKeys = new(Repeat(0x11));
        using StaticKeys responderKeys = new(Repeat(0x22));
        using PeerKeys responder = new(initiatorKeys, responderKeys.PublicKey, Repeat(0x55));
        using PeerKeys initiator = new(responderKeys, initiatorKeys.PublicKey, Repeat(0x55));
        using InitiatorHandshake initiating = new(initiatorKeys, responder, cipher);
        using ResponderHandshake responding = new(responderKeys, cipher);
        using SessionKeys initiatorSession = new();
        using SessionKeys responderSession = new();
        List<string> lines = [];
        lines.Add($"initiator static public     {initiatorKeys.PublicKey}");
        lines.Add($"responder static public     {responderKeys.PublicKey}");

        byte[] initiation = new byte[InitiationMessage.Length];
        CookieGenerator initiatorCookies = new(responder.PublicKeyBytes);
        initiating.Begin(0x01020304, s_timestamp, new Constant(0x33), initiation);
        initiatorCookies.AddMacs(s_now, initiation);
        lines.Add($"initiation                  {Convert.ToHexStringLower(initiation)}");

        byte[] cookieReply = new byte[CookieReplyMessage.Length];
        using CookieChecker checker = new(responderKeys.PublicKeyBytes, new Constant(0x66));
        Assert.True(InitiationMessage.TryDecode(initiation, out InitiationMessage message));
        InternetEndpoint source = new(InternetAddress.FromV4(0xC0000201), 51820);
        checker.WriteReply(s_now, source, message.Sender, message.Mac1, cookieReply);
        lines.Add($"cookie reply                {Convert.ToHexStringLower(cookieReply)}");
        Assert.True(CookieReplyMessage.TryDecode(cookieReply, out CookieReplyMessage reply));
        Assert.True(initiatorCookies.TryTakeCookie(s_now, reply));
        initiatorCookies.AddMacs(s_now, initiation);
        lines.Add($"mac2 with that cookie       {Convert.ToHexStringLower(initiation.AsSpan(132))}");
        Assert.True(checker.CheckMac2(s_now, source, initiation));

        byte[] response = new byte[ResponseMessage.Length];
        Assert.Equal(HandshakeError.None, responding.ReadStatic(message, out _));
        Assert.Equal(HandshakeError.None, responding.ReadTimestamp(message, initiator, out Tai64n timestamp));
        Assert.Equal(s_timestamp, timestamp);
        Assert.Equal(HandshakeError.None, responding.Respond(initiator, 0x0A0B0C0D, message.Sender, new Constant(0x44), response, responderSession));
        new CookieGenerator(initiator.PublicKeyBytes).AddMacs(s_now, response);
        lines.Add($"response                    {Convert.ToHexStringLower(response)}");
        Assert.True(ResponseMessage.TryDecode(response, out ResponseMessage answer));
        Assert.Equal(HandshakeError.None, initiating.TryComplete(answer, initiatorSession));
        lines.Add($"initiator's sending key     {Convert.ToHexStringLower(initiatorSession.Send)}");
        lines.Add($"responder's sending key     {Convert.ToHexStringLower(responderSession.Send)}");

        byte[] keepalive = new byte[TransportHeader.OverheadBytes];
        new TransportHeader(answer.Sender, 0).Encode(keepalive);
        cipher.Seal(initiatorSession.Send, 0, default, default, keepalive.AsSpan(TransportHeader.Length));
        lines.Add($"keepalive with counter 0    {Convert.ToHexStringLower(keepalive)}");
        byte[] frame = new byte[3 + TransportHeader.OverheadBytes];
        new TransportHeader(answer.Sender, 1).Encode(frame);
        cipher.Seal(initiatorSession.Send, 1, default, [0x10, 0x20, 0x30], frame.AsSpan(TransportHeader.Length));
        lines.Add($"102030 with counter 1       {Convert.ToHexStringLower(frame)}");
        Assert.Equal(Expected, string.Join('\n', lines));
    }

    private const string Expected =
        """
        initiator static public     7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13
        responder static public     0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20
        initiation                  01000000040302017b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b1481e498317da959fba46669572516a5e6c021bfa620bb6c56ca0082e1feae14988c2c64d024c617734a263f76a008df04d0f94bad81492908e696bd950ca18e9e6f0a65ade3cfb63444f07956001215caa9b707115888a16ced5d2bab00000000000000000000000000000000
        cookie reply                03000000040302016666666666666666666666666666666666666666666666661759856db76034356eb7368b5336d82cace063e067d2ed414e5bbcd42de7208a
        mac2 with that cookie       0962b4152fec806d6620784a1b7ccba8
        response                    020000000d0c0b0a04030201ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b3fa9e58425a9cca32666af5f5709da30e2971d2bfbe990c9d323437cc2e8133d00000000000000000000000000000000
        initiator's sending key     a007faf842d83f5bd3be20a14e0ffcec34c84867b78b051980602713205922de
        responder's sending key     d982d5cd10d34a7802b6c19fa441cd9164d70e4f4d62007ab416879ee8bd1b99
        keepalive with counter 0    040000000d0c0b0a0000000000000000f1bce9fd9651b3f6b50c00179cbd1e01
        102030 with counter 1       040000000d0c0b0a0100000000000000d83ce7abefb3d31c15089cfff9959ab845967b
        """;

    private static byte[] Repeat(byte value)
    {
        byte[] bytes = new byte[32];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private sealed class Constant(byte value) : RandomSource
    {
        public override void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
