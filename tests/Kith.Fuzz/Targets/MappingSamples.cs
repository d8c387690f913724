using System.Text;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>Good messages of the protocols of port mapping.</summary>
internal static class MappingSamples
{
    private const string Gateway = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    private static readonly InternetEndpoint s_outside = new(InternetAddress.FromBytes([198, 51, 100, 7]), 5484);
    private static readonly InternetAddress s_client = InternetAddress.FromBytes([192, 168, 1, 2]);

    public static IEnumerable<byte[]> Words =>
        new[] { "<!DOCTYPE", "<!ENTITY", "&#x41;", "<![CDATA[", "]]>", "<?xml", "http://", "//10.0.0.1/", "@", "\r\n", "errorCode", "controlURL", "UniqueID", "Fault", "URLBase" }.Select(Encoding.UTF8.GetBytes);

    public static IEnumerable<byte[]> Pcp()
    {
        // The nonce is the one that a mapper with a secret of zeros derives, so that a machine under fuzz takes them for answers.
        MappingGateway gateway = new(InternetAddress.FromBytes([192, 168, 1, 1]), 2, s_client);
        PcpMap map = new(PcpNonce.Derive(default, gateway, new MappingWish(MappedTransport.Udp, 5484)), MappedTransport.Udp, 5484, s_outside);
        yield return Encoded(new PcpRequest(7200, s_client, map).Encode);
        yield return Encoded(new PcpRequest(0, s_client, null).Encode);
        yield return Encoded(new PcpResponse(2, PcpOpcode.Map, PcpResult.Success, 7200, 100, map).Encode);
        yield return Encoded(new PcpResponse(2, PcpOpcode.Map, PcpResult.NoResources, 30, 100, map).Encode);
        yield return Encoded(new PcpResponse(2, PcpOpcode.Announce, PcpResult.Success, 0, 3, null).Encode);
        yield return Encoded(new PcpResponse(1, PcpOpcode.Map, PcpResult.UnsupportedVersion, 0, 3, null).Encode);
    }

    public static IEnumerable<byte[]> NatPmp()
    {
        yield return Encoded(new NatPmpRequest((MappedTransport?)null).Encode);
        yield return Encoded(new NatPmpRequest(MappedTransport.Udp, 5484, 5484, 7200).Encode);
        yield return Encoded(new NatPmpResponse(null, NatPmpResult.Success, 100, s_outside.Address).Encode);
        yield return Encoded(new NatPmpResponse(MappedTransport.Udp, NatPmpResult.Success, 100, default, 5484, 5484, 7200).Encode);
        yield return Encoded(new NatPmpResponse(MappedTransport.Tcp, NatPmpResult.OutOfResources, 100, default, 443).Encode);
        yield return [0, 0x81, 0, 1, 0, 0, 0, 9];
    }

    public static IEnumerable<byte[]> Ssdp()
    {
        yield return Text($"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {Gateway}\r\nEXT:\r\nLOCATION: http://192.168.1.1:5000/rootDesc.xml\r\nBOOTID.UPNP.ORG: 17\r\n\r\n");
        yield return Text($"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: {Gateway}\r\nNTS: ssdp:alive\r\nLOCATION: http://192.168.1.1/d?x=y\r\nBOOTID.UPNP.ORG: 18\r\n\r\n");
        yield return Text($"NOTIFY * HTTP/1.1\r\nNT: {Gateway}\r\nNTS: ssdp:byebye\r\n\r\n");
    }

    public static IEnumerable<byte[]> Descriptions()
    {
        string service(string type) => $"<service><serviceType>urn:schemas-upnp-org:service:{type}</serviceType><controlURL>/ctl</controlURL></service>";
        yield return Text($"<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><friendlyName>box</friendlyName><serviceList>{service("WANIPConnection:2")}{service("WANIPv6FirewallControl:1")}</serviceList></device></root>");
        yield return Text($"<root><URLBase>http://192.168.1.1:49000/</URLBase><device>{service("WANPPPConnection:1")}<!-- x --></device></root>");
    }

    public static IEnumerable<byte[]> Soap()
    {
        yield return Text("<s:Envelope xmlns:s=\"x\"><s:Body><u:GetExternalIPAddressResponse xmlns:u=\"y\"><NewExternalIPAddress>198.51.100.7</NewExternalIPAddress></u:GetExternalIPAddressResponse></s:Body></s:Envelope>");
        yield return Text("<s:Envelope xmlns:s=\"x\"><s:Body><u:AddAnyPortMappingResponse xmlns:u=\"y\"><NewReservedPort>5484</NewReservedPort></u:AddAnyPortMappingResponse></s:Body></s:Envelope>");
        yield return Text("<s:Envelope xmlns:s=\"x\"><s:Body><u:AddPortMappingResponse xmlns:u=\"y\"/></s:Body></s:Envelope>");
        yield return Text("<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><detail><UPnPError><errorCode>718</errorCode><errorDescription>Conflict</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>");
    }

    private delegate int Encoder(Span<byte> destination);

    private static byte[] Encoded(Encoder encoder)
    {
        byte[] buffer = new byte[PcpResponse.BytesMax];
        return buffer[..encoder(buffer)];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
