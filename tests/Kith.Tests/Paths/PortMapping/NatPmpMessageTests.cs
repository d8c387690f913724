using Kith.Protocol.Paths.PortMapping;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.PortMapping;

/// <summary>Bytes laid out by hand after the figures of RFC 6886 sections 3.2, 3.3 and 3.5.</summary>
public sealed class NatPmpMessageTests
{
    [Theory]
    [InlineData(null, 0, 0, 0u, "0000")]
    [InlineData(MappedTransport.Udp, 5484, 5484, 7200u, "0001" + "0000" + "156c" + "156c" + "00001c20")]
    [InlineData(MappedTransport.Tcp, 443, 0, 0u, "0002" + "0000" + "01bb" + "0000" + "00000000")]
    public void requests_are_laid_out_as_in_the_rfc(MappedTransport? transport, int internalPort, int externalPort, uint lifetime, string hex)
    {
        NatPmpRequest request = new(transport, (ushort)internalPort, (ushort)externalPort, lifetime);
        byte[] buffer = new byte[NatPmpRequest.BytesMax];
        byte[] encoded = buffer[..request.Encode(buffer)];
        Assert.Equal(hex, Convert.ToHexStringLower(encoded));
        Assert.True(NatPmpRequest.TryDecode(encoded, out NatPmpRequest read));
        Assert.Equal(request, read);
    }

    [Fact]
    public void responses_are_read()
    {
        Assert.True(NatPmpResponse.TryDecode(Convert.FromHexString("0080" + "0000" + "00000064" + "c6336407"), out NatPmpResponse address));
        Assert.Equal(new NatPmpResponse(null, NatPmpResult.Success, 100, WhereaboutsTests.Endpoint("198.51.100.7:1").Address), address);

        Assert.True(NatPmpResponse.TryDecode(Convert.FromHexString("0081" + "0000" + "00000064" + "156c" + "9c40" + "00000e10"), out NatPmpResponse mapping));
        Assert.Equal(new NatPmpResponse(MappedTransport.Udp, NatPmpResult.Success, 100, default, 5484, 40000, 3600), mapping);

        Assert.True(NatPmpResponse.TryDecode(Convert.FromHexString("0082" + "0002" + "00000064"), out NatPmpResponse refusal));
        Assert.Equal(new NatPmpResponse(MappedTransport.Tcp, NatPmpResult.NotAuthorized, 100), refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("0080" + "0000" + "00000064")]
    [InlineData("0081" + "0000" + "00000064")]
    [InlineData("0001" + "0000" + "00000064" + "156c" + "9c40" + "00000e10")]
    [InlineData("0281" + "0000" + "00000064" + "156c" + "9c40" + "00000e10")]
    [InlineData("0083" + "0000" + "00000064" + "156c" + "9c40" + "00000e10")]
    [InlineData("0081" + "0000" + "00000064" + "156c" + "9c40" + "00000e")]
    [InlineData("0081" + "0000" + "00000064" + "156c" + "9c40" + "00000e1000")]
    [InlineData("0080" + "0000" + "00000064" + "c63364070a")]
    public void what_is_no_response_is_refused(string hex) => Assert.False(NatPmpResponse.TryDecode(Convert.FromHexString(hex), out _));
}
