using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Crypto;

namespace Kith.Tests.Identity;

/// <summary>The vectors in the protocol document's chapter on identity.</summary>
public sealed class ProtocolVectorTests
{
    private static readonly byte[] s_seed = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
    private static readonly NetworkId s_network = new(Enumerable.Repeat((byte)0xA5, 32).ToArray());

    [Fact]
    public void keys_and_addresses()
    {
        using NodeKey key = NodeKey.FromSeed(s_seed);
        byte[] tunnelKey = new byte[32];
        key.CopyTunnelPrivateKey(tunnelKey);
        Assert.Equal(
            [
                "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
                "yqooxx9u3aemh8mo5wcqq16yufu6jitouq1o4za751dger1igghy",
                "3894eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f",
                "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01",
                "fda5:a5a5:a5a5:5647:5aa7:5463:474c:285",
                "100.64.31.19",
                "100.64.29.108",
            ],
            new[]
            {
                Hex.Text(key.Id.ToArray()),
                key.Id.ToString(),
                Hex.Text(tunnelKey),
                key.TunnelPublicKey.ToString(),
                VirtualAddress.ForV6(s_network, key.Id).ToString(),
                VirtualAddress.ForV4(0x6440_1000, key.Id, 0).ToString(),
                VirtualAddress.ForV4(0x6440_1000, key.Id, 1).ToString(),
            });
    }

    [Fact]
    public void invite_with_an_endpoint_for_tcp()
    {
        using NodeKey key = NodeKey.FromSeed(s_seed);
        InviteHint hint = new(key.Id, [Endpoint("192.0.2.7:5484")]) { TcpEndpoints = [Endpoint("192.0.2.7:443")] };
        InviteLine line = new(s_network, Enumerable.Repeat((byte)0x5A, 32).ToArray(), "home", [hint]);
        Assert.Equal(
            "kith1yg14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws14ks14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws1"
            + "4mjpfws14ytwg65mfyrb4nb796x8bbxo7qdqtt34mancsx3gsgnp4kdk9dzqec3y1kwa5oyorayyyrbaipokcyyynyhy5zcoe76ry",
            line.ToText());
    }

    [Fact]
    public void invite()
    {
        using NodeKey key = NodeKey.FromSeed(s_seed);
        InternetEndpoint[] endpoints = [Endpoint("192.0.2.7:5484"), Endpoint("[2001:db8::7]:5484")];
        InviteLine line = new(s_network, Enumerable.Repeat((byte)0x5A, 32).ToArray(), "home", [new InviteHint(key.Id, endpoints)]);
        Assert.Equal(
            "kith1yg14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws14ks14mjpfws14mjpfws14mjpfws14mjpfws14mjpfws1"
            + "4mjpfws14ytwg65mfyrb4nb796x8bbxo7qdqtt34mancsx3gsgnp4kdk9dzqec3y1kwa5oyorayyyrbaipodnyyepzyyyyyyyyyy"
            + "yyyyyyyyyqfmcrekrf8a",
            line.ToText());
    }

    private static InternetEndpoint Endpoint(string text)
    {
        Assert.True(InternetEndpoint.TryParse(text, out InternetEndpoint endpoint));
        return endpoint;
    }
}
