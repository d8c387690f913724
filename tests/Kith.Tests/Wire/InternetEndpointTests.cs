using Kith.Protocol.Wire;

namespace Kith.Tests.Wire;

public sealed class InternetEndpointTests
{
    [Theory]
    [InlineData("192.0.2.1:5484")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[2001:db8::1]:5484")]
    [InlineData("[fe80::1%3]:65535")]
    public void text_forms_are_read_and_written_back(string text)
    {
        Assert.True(InternetEndpoint.TryParse(text, out InternetEndpoint endpoint));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":5484")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:-1")]
    [InlineData("192.0.2.1:+1")]
    [InlineData("192.0.2.1: 1")]
    [InlineData("[192.0.2.1]:1")]
    [InlineData("2001:db8::1:5484")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[[2001:db8::1]]:1")]
    [InlineData("[fe80::1%eth0]:1")]
    [InlineData("[fe80::1%]:1")]
    [InlineData("1.2:80")]
    [InlineData("example.org:80")]
    public void everything_else_is_refused(string? text) => Assert.False(InternetEndpoint.TryParse(text, out _));

    [Fact]
    public void none_is_none()
    {
        Assert.True(default(InternetEndpoint).IsNone);
        Assert.False(new InternetEndpoint(InternetAddress.None, 1).IsNone);
        Assert.False(new InternetEndpoint(InternetAddress.FromV4(1), 0).IsNone);
    }
}
