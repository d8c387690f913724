using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>Bytes laid out by hand after the figures of RFC 6887 sections 7.1, 7.2 and 11.1.</summary>
public sealed class PcpMessageTests
{
    // version 2, opcode MAP, reserved, lifetime 7200, client ::ffff:192.168.1.2
    private const string RequestHeader = "0201" + "0000" + "00001c20" + "00000000000000000000ffffc0a80102";

    // nonce, UDP, reserved, internal port 5484, external port, external address
    private const string Nonce = "0102030405060708090a0b0c";
    private const string MapBody = Nonce + "11" + "000000" + "156c" + "9c40" + "00000000000000000000ffffc6336407";

    // version 2, response bit and MAP, reserved, result, lifetime, epoch, reserved
    private const string ResponseHeader = "0281" + "0000" + "00000e10" + "00000064" + "000000000000000000000000";

    private static readonly PcpMap Map = new(new PcpNonce(0x0102030405060708, 0x090A0B0C), MappedTransport.Udp, 5484, WhereaboutsTests.Endpoint("198.51.100.7:40000"));

    [Fact]
    public void map_request_is_laid_out_as_in_the_rfc()
    {
        PcpRequest request = new(7200, WhereaboutsTests.Endpoint("192.168.1.2:1").Address, Map);
        byte[] buffer = new byte[PcpRequest.BytesMax];
        Assert.Equal(60, request.Encode(buffer));
        Assert.Equal(RequestHeader + MapBody, Convert.ToHexStringLower(buffer));
        Assert.True(PcpRequest.TryDecode(buffer, out PcpRequest read));
        Assert.Equal(request, read);
    }

    [Fact]
    public void announce_request_is_a_bare_header()
    {
        byte[] buffer = new byte[PcpRequest.BytesMax];
        int length = new PcpRequest(0, WhereaboutsTests.Endpoint("[2001:db8::2]:1").Address, null).Encode(buffer);
        Assert.Equal("0200" + "0000" + "00000000" + "20010db8000000000000000000000002", Convert.ToHexStringLower(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void map_response_is_read()
    {
        Assert.True(PcpResponse.TryDecode(Convert.FromHexString(ResponseHeader + MapBody), out PcpResponse read));
        Assert.Equal(new PcpResponse(2, PcpOpcode.Map, PcpResult.Success, 3600, 100, Map), read);
    }

    [Fact]
    public void refusal_of_an_old_server_is_read()
    {
        Assert.True(PcpResponse.TryDecode(Convert.FromHexString("0181" + "0001" + "00000e10" + "00000064" + "000000000000000000000000"), out PcpResponse read));
        Assert.Equal((1, PcpResult.UnsupportedVersion), (read.Version, read.Result));
        Assert.Null(read.Map);
    }

    [Fact]
    public void options_behind_a_response_are_passed_over()
    {
        Assert.True(PcpResponse.TryDecode(Convert.FromHexString(ResponseHeader + MapBody + "02000000" + "03000004deadbeef"), out PcpResponse read));
        Assert.Equal(Map, read.Map);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0281")]
    [InlineData("0201" + "0000" + "00000e10" + "00000064" + "000000000000000000000000")]
    [InlineData("0282" + "0000" + "00000e10" + "00000064" + "000000000000000000000000")]
    [InlineData("0181" + "0000" + "00000e10" + "00000064" + "000000000000000000000000")]
    [InlineData("0081" + "0001" + "00000e10" + "00000064" + "000000000000000000000000")]
    [InlineData(ResponseHeader)]
    [InlineData(ResponseHeader + MapBody + "02")]
    public void what_is_no_response_is_refused(string hex) => Assert.False(PcpResponse.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void no_truncation_of_a_grant_is_taken_for_one()
    {
        byte[] whole = Convert.FromHexString(ResponseHeader + MapBody);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(PcpResponse.TryDecode(whole.AsSpan(0, length), out _), $"{length} bytes");
        }

        Assert.False(PcpResponse.TryDecode(new byte[PcpResponse.BytesMax + 4], out _));
    }

    [Fact]
    public void nonce_is_the_same_after_a_restart_and_another_for_another_mapping()
    {
        Bytes32 secret = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        MappingGateway gateway = new(WhereaboutsTests.Endpoint("192.168.1.1:1").Address, 2, WhereaboutsTests.Endpoint("192.168.1.2:1").Address);
        MappingWish wish = new(MappedTransport.Udp, 5484);
        PcpNonce nonce = PcpNonce.Derive(secret, gateway, wish);
        Assert.Equal(nonce, PcpNonce.Derive(secret, gateway with { InterfaceIndex = 9 }, wish));
        Assert.NotEqual(nonce, PcpNonce.Derive(secret, gateway, wish with { Transport = MappedTransport.Tcp }));
        Assert.NotEqual(nonce, PcpNonce.Derive(secret, gateway, wish with { InternalPort = 5485 }));
        Assert.NotEqual(nonce, PcpNonce.Derive(secret, gateway with { Client = gateway.Address }, wish));
        Assert.NotEqual(nonce, PcpNonce.Derive(default, gateway, wish));
        Assert.Equal("ca79fc5747765e6690bb97f9", $"{nonce.High:x16}{nonce.Low:x8}");
    }
}
