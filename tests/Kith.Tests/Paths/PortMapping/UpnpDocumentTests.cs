using System.Text;
using Kith.Protocol.Paths.PortMapping;

namespace Kith.Tests.Paths.PortMapping;

public sealed class UpnpDocumentTests
{
    [Fact]
    public void description_gives_the_services_of_all_devices_inside()
    {
        UpnpDescription description = Describe(FakeGateway.Description("WANIPConnection:2", "WANIPv6FirewallControl:1"));
        Assert.Equal("lab gateway", description.Name);
        Assert.Equal(["WANIPConnection:2", "WANIPv6FirewallControl:1"], description.Services.Select(service => service.Type["urn:schemas-upnp-org:service:".Length..]));
        Assert.Equal("/ctl/WANIPConnection", description.Find("WANIPConnection")!.ControlUrl);
        Assert.Null(description.Find("WANPPPConnection"));
        Assert.Equal(2, description.Find("WANIPConnection")!.VersionOf("WANIPConnection"));
        Assert.Equal(0, description.Find("WANIPConnection")!.VersionOf("WANIP"));
    }

    [Fact]
    public void what_could_fetch_or_swell_is_refused()
    {
        Assert.False(UpnpDescription.TryDecode("<!DOCTYPE root [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><root>&x;</root>"u8, out _));
        Assert.False(UpnpDescription.TryDecode("<!DOCTYPE root [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><root>&b;</root>"u8, out _));
        Assert.False(UpnpDescription.TryDecode("<root>&unknown;</root>"u8, out _));
        Assert.False(UpnpDescription.TryDecode("<root><device>"u8, out _));
        Assert.False(UpnpDescription.TryDecode("<html/>"u8, out _));
        Assert.False(UpnpDescription.TryDecode([], out _));
        Assert.False(UpnpDescription.TryDecode([0xFF, 0xFE, 0, 0], out _));
    }

    [Fact]
    public void maxima_of_a_document_hold()
    {
        string nested(int depth) => "<root>" + string.Concat(Enumerable.Repeat("<d>", depth)) + string.Concat(Enumerable.Repeat("</d>", depth)) + "</root>";
        Assert.True(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes(nested(BoundedXml.DepthMax - 1)), out _));
        Assert.False(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes(nested(BoundedXml.DepthMax)), out _));

        string wide(int elements) => "<root>" + string.Concat(Enumerable.Repeat("<d/>", elements - 1)) + "</root>";
        Assert.True(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes(wide(BoundedXml.ElementsMax)), out _));
        Assert.False(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes(wide(BoundedXml.ElementsMax + 1)), out _));

        Assert.False(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes("<root>" + new string(' ', PortMappingLimits.HttpBodyBytesMax) + "</root>"), out _));

        string service = "<service><serviceType>urn:schemas-upnp-org:service:X:1</serviceType><controlURL>/x</controlURL></service>";
        UpnpDescription many = Describe("<root><device>" + string.Concat(Enumerable.Repeat(service, UpnpDescription.ServicesMax + 1)) + "</device></root>");
        Assert.Equal(UpnpDescription.ServicesMax, many.Services.Count);

        UpnpDescription name = Describe("<root><device><friendlyName>&#27;[31m" + new string('n', 100) + "</friendlyName></device></root>");
        Assert.Equal("[31m" + new string('n', 60), name.Name);
    }

    [Fact]
    public void zero_bytes_and_a_mark_around_a_document_are_no_harm() =>
        Assert.True(UpnpDescription.TryDecode([0xEF, 0xBB, 0xBF, .. "<?xml version=\"1.0\" encoding=\"utf-16\"?><root/>"u8, 0, 0], out _));

    [Fact]
    public void call_is_written_with_its_values_escaped()
    {
        SoapRequest request = new("urn:schemas-upnp-org:service:WANIPConnection:1", "GetSpecificPortMappingEntry", [("NewRemoteHost", ""), ("NewProtocol", "<&>")]);
        Assert.Equal("\"urn:schemas-upnp-org:service:WANIPConnection:1#GetSpecificPortMappingEntry\"", request.ActionHeader);
        Assert.Contains("<u:GetSpecificPortMappingEntry xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\"><NewRemoteHost></NewRemoteHost><NewProtocol>&lt;&amp;&gt;</NewProtocol></u:GetSpecificPortMappingEntry>", request.ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void answer_and_failure_are_read()
    {
        SoapResponse answer = Read(FakeGateway.Answer("GetExternalIPAddress", ("NewExternalIPAddress", " 198.51.100.7 ")));
        Assert.Equal(("GetExternalIPAddress", 0, "198.51.100.7"), (answer.Action, answer.Error, answer["NewExternalIPAddress"]));
        Assert.Equal("", answer["Other"]);
        Assert.Null(answer.Number("NewExternalIPAddress"));

        SoapResponse failure = Read(FakeGateway.Failure(718, "ConflictInMappingEntry"));
        Assert.Equal((718, "ConflictInMappingEntry"), (failure.Error, failure.ErrorText));
        Assert.Equal(SoapResponse.UnknownError, Read("<Envelope><Body><Fault><faultcode>s:Client</faultcode></Fault></Body></Envelope>").Error);

        SoapResponse many = Read(FakeGateway.Answer("X", [.. Enumerable.Range(0, SoapResponse.ValuesMax + 5).Select(i => ($"N{i}", "v"))]));
        Assert.Equal(SoapResponse.ValuesMax, many.Values.Count);
        Assert.False(SoapResponse.TryDecode("<Envelope><Body/></Envelope>"u8, out _));
        Assert.False(SoapResponse.TryDecode("not XML"u8, out _));
    }

    private static UpnpDescription Describe(string text)
    {
        Assert.True(UpnpDescription.TryDecode(Encoding.UTF8.GetBytes(text), out UpnpDescription? description), text);
        return description!;
    }

    private static SoapResponse Read(string text)
    {
        Assert.True(SoapResponse.TryDecode(Encoding.UTF8.GetBytes(text), out SoapResponse? response), text);
        return response!;
    }
}
