using System.Text;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths.PortMapping;

public sealed class SsdpTests
{
    private const string Gateway = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    private const string Answer =
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: " + Gateway + "\r\nUSN: uuid:1::" + Gateway + "\r\nEXT:\r\n" +
        "SERVER: router UPnP/1.1\r\nLOCATION: http://192.168.1.1:5000/rootDesc.xml\r\nBOOTID.UPNP.ORG: 17\r\n\r\n";

    [Fact]
    public void search_is_what_the_architecture_asks_for()
    {
        byte[] buffer = new byte[SsdpSearch.BytesMax];
        Assert.Equal(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: " + Gateway + "\r\n\r\n",
            Encoding.ASCII.GetString(buffer, 0, SsdpSearch.Encode(PortMappingSpecification.SsdpGroupV4, buffer)));
        Assert.Contains("HOST: [ff05::c]:1900\r\n", Encoding.ASCII.GetString(buffer, 0, SsdpSearch.Encode(PortMappingSpecification.SsdpGroupSiteV6, buffer)), StringComparison.Ordinal);
    }

    [Fact]
    public void answer_is_read()
    {
        SsdpMessage message = Read(Answer);
        Assert.Equal(new SsdpMessage(SsdpKind.Answer, Gateway, "http://192.168.1.1:5000/rootDesc.xml", 17), message);
        Assert.True(message.IsOfGateway);
        Assert.Equal(message, Read(Answer.Replace("\r\n", "\n", StringComparison.Ordinal)));
        Assert.Equal(message, Read(Answer.Replace("LOCATION: ", "Location:\t", StringComparison.Ordinal)));
        Assert.Null(Read(Answer.Replace("17", "-17", StringComparison.Ordinal)).BootId);
    }

    [Fact]
    public void notifications_are_read()
    {
        string alive = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nLOCATION: http://192.168.1.1:5000/d\r\nNT: " + Gateway + "\r\nNTS: ssdp:alive\r\n\r\n";
        Assert.Equal(SsdpKind.Alive, Read(alive).Kind);
        Assert.Equal(SsdpKind.ByeBye, Read("NOTIFY * HTTP/1.1\r\nNT: " + Gateway + "\r\nNTS: ssdp:byebye\r\nBOOTID.UPNP.ORG: 4\r\n\r\n").Kind);
        Assert.False(Read(alive.Replace("InternetGatewayDevice", "MediaServer", StringComparison.Ordinal)).IsOfGateway);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 404 Not Found\r\nST: x\r\nLOCATION: y\r\n\r\n")]
    [InlineData("M-SEARCH * HTTP/1.1\r\nST: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1/\r\n\r\n")]
    [InlineData("NOTIFY * HTTP/1.1\r\nNT: x\r\nNTS: ssdp:update\r\nLOCATION: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: http://\u00e9/\r\n\r\n")]
    public void anything_else_is_refused(string text) => Assert.False(SsdpMessage.TryDecode(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void more_or_longer_headers_than_the_maxima_are_refused()
    {
        string many = Answer.Replace("EXT:", string.Join("\r\n", Enumerable.Repeat("X: y", SsdpMessage.HeadersMax - 6)), StringComparison.Ordinal);
        Assert.True(SsdpMessage.TryDecode(Encoding.ASCII.GetBytes(many), out _));
        Assert.False(SsdpMessage.TryDecode(Encoding.ASCII.GetBytes(many.Replace("SERVER", "X: y\r\nSERVER", StringComparison.Ordinal)), out _));
        Assert.False(SsdpMessage.TryDecode(Encoding.ASCII.GetBytes(Answer.Replace("/rootDesc.xml", "/" + new string('x', SsdpMessage.ValueCharactersMax), StringComparison.Ordinal)), out _));
        Assert.False(SsdpMessage.TryDecode(Encoding.ASCII.GetBytes(Answer + new string(' ', PortMappingLimits.DatagramBytesMax)), out _));
    }

    // Only the gateway itself may be asked: an answer must not aim us at another machine, protocol or login.
    [Theory]
    [InlineData("http://192.168.1.1:5000/rootDesc.xml?a=b", "http://192.168.1.1:5000/rootDesc.xml?a=b")]
    [InlineData("http://192.168.1.1/x", "http://192.168.1.1:80/x")]
    [InlineData("http://192.168.1.2:5000/x", null)]
    [InlineData("http://127.0.0.1/x", null)]
    [InlineData("http://localhost/x", null)]
    [InlineData("http://router.lan/x", null)]
    [InlineData("https://192.168.1.1/x", null)]
    [InlineData("ftp://192.168.1.1/x", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("http://user:pw@192.168.1.1/x", null)]
    [InlineData("http://192.168.1.1@10.0.0.1/x", null)]
    [InlineData("http://3232235777/x", "http://192.168.1.1:80/x")]
    [InlineData("//192.168.1.1/x", null)]
    [InlineData("/x", null)]
    public void description_must_be_on_the_gateway(string text, string? expected)
    {
        InternetAddress gateway = InternetAddress.FromBytes([192, 168, 1, 1]);
        bool ok = UpnpUrl.TryParse(text, address => address == gateway, out UpnpUrl? url);
        Assert.Equal(expected, ok ? url!.ToString() : null);
    }

    [Theory]
    [InlineData("", "/ctl/IPConn", "http://192.168.1.1:5000/ctl/IPConn")]
    [InlineData("", "ctl/IPConn", "http://192.168.1.1:5000/dir/ctl/IPConn")]
    [InlineData("http://192.168.1.1:49152/", "ctl", "http://192.168.1.1:49152/ctl")]
    [InlineData("", "http://192.168.1.1:49000/c", "http://192.168.1.1:49000/c")]
    [InlineData("http://10.0.0.1/", "ctl", null)]
    [InlineData("", "http://10.0.0.1/c", null)]
    [InlineData("", "//10.0.0.1/c", null)]
    [InlineData("file:///", "etc/passwd", null)]
    [InlineData("nonsense", "ctl", null)]
    public void control_must_be_on_the_gateway(string urlBase, string text, string? expected)
    {
        InternetAddress gateway = InternetAddress.FromBytes([192, 168, 1, 1]);
        bool ok = UpnpUrl.TryResolve(new UpnpUrl("192.168.1.1", 5000, "/dir/root.xml"), urlBase, text, address => address == gateway, out UpnpUrl? url);
        Assert.Equal(expected, ok ? url!.ToString() : null);
    }

    private static SsdpMessage Read(string text)
    {
        Assert.True(SsdpMessage.TryDecode(Encoding.ASCII.GetBytes(text), out SsdpMessage? message), text);
        return message!;
    }
}
