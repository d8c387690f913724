using System.Globalization;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths.PortMapping;

/// <content>UPnP.</content>
internal sealed partial class FakeGateway
{
    public uint BootId { get; set; } = 1;

    /// <summary>Where its answer to a search says that its description is; null for where it truly is.</summary>
    public string? Location { get; set; }

    public List<string> Services { get; } = ["WANIPConnection:2", "WANIPv6FirewallControl:1"];

    /// <summary>Actions that fail, and with which number.</summary>
    public Dictionary<string, int> Failures { get; } = [];

    public Dictionary<string, (InternetAddress Client, ushort Port, Instant Until)> Pinholes { get; } = [];

    /// <summary>Answers with this status and nothing readable; 0 for no answer at all.</summary>
    public int? BadStatus { get; set; }

    public bool IsFirewallOn { get; set; } = true;

    private string SearchAnswer =>
        $"HTTP/1.1 200 OK\r\nST: {SsdpSearch.Target}\r\nLOCATION: {Location ?? DescriptionUrl}\r\nBOOTID.UPNP.ORG: {BootId}\r\n\r\n";

    private string DescriptionUrl => $"http://{(Address.IsV4 ? Address.ToString() : $"[{Address}]")}:5000/root.xml";

    public static string Description(params IEnumerable<string> services) =>
        "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><friendlyName>lab gateway</friendlyName><deviceList><device><serviceList>"
        + string.Concat(services.Select(service =>
            $"<service><serviceType>urn:schemas-upnp-org:service:{service}</serviceType><controlURL>/ctl/{service.Split(':')[0]}</controlURL><eventSubURL>/evt</eventSubURL></service>"))
        + "</serviceList></device></deviceList></device></root>";

    public static string Answer(string action, params (string Name, string Value)[] values) =>
        $"<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:{action}Response xmlns:u=\"urn:x\">"
        + string.Concat(values.Select(value => $"<{value.Name}>{value.Value}</{value.Name}>")) + $"</u:{action}Response></s:Body></s:Envelope>";

    public static string Failure(int code, string text) =>
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
        + $"<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>{code}</errorCode><errorDescription>{text}</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>";

    public byte[] Notification(string sort) => System.Text.Encoding.ASCII.GetBytes(
        $"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: {SsdpSearch.Target}\r\nNTS: ssdp:{sort}\r\nLOCATION: {DescriptionUrl}\r\nBOOTID.UPNP.ORG: {BootId}\r\n\r\n");

    public (int Status, string Body) Answer(Instant now, MapperHttpRequest request)
    {
        Log.Add(request.Soap?.Action ?? $"get {request.Url.Path}");
        if (IsSilent || BadStatus is not null)
        {
            return (IsSilent ? 0 : BadStatus!.Value, "");
        }

        if (request.Soap is not { } soap)
        {
            return (200, Description(Services));
        }

        if (Failures.TryGetValue(soap.Action, out int error))
        {
            return (500, Failure(error, "told so"));
        }

        Dictionary<string, string> values = soap.Arguments.ToDictionary(argument => argument.Name, argument => argument.Value);
        return soap.Action switch
        {
            "GetExternalIPAddress" => (200, Answer(soap.Action, ("NewExternalIPAddress", Outside.ToString()))),
            "GetFirewallStatus" => (200, Answer(soap.Action, ("FirewallEnabled", IsFirewallOn ? "1" : "0"), ("InboundPinholeAllowed", "1"))),
            "AddPortMapping" => Add(now, values, isAny: false),
            "AddAnyPortMapping" => Add(now, values, isAny: true),
            "GetSpecificPortMappingEntry" => Find(values),
            "DeletePortMapping" => Delete(values),
            "AddPinhole" => AddPinhole(now, values),
            "UpdatePinhole" => Pinholes.ContainsKey(values["UniqueID"]) ? (200, Answer(soap.Action)) : (500, Failure(UpnpError.NoSuchPinhole, "NoSuchEntry")),
            "DeletePinhole" => Pinholes.Remove(values["UniqueID"]) ? (200, Answer(soap.Action)) : (500, Failure(UpnpError.NoSuchPinhole, "NoSuchEntry")),
            _ => (500, Failure(UpnpError.InvalidAction, "Invalid Action")),
        };
    }

    private static MappedTransport Transport(Dictionary<string, string> values) => values["NewProtocol"] == "TCP" ? MappedTransport.Tcp : MappedTransport.Udp;

    private static InternetAddress Client(string text)
    {
        Assert.True(InternetAddress.TryParse(text, out InternetAddress client));
        return client;
    }

    private (int, string) Add(Instant now, Dictionary<string, string> values, bool isAny)
    {
        InternetAddress client = Client(values["NewInternalClient"]);
        ushort inside = Port(values["NewInternalPort"]);
        ushort wanted = Port(values["NewExternalPort"]);
        TimeSpan life = TimeSpan.FromSeconds(int.Parse(values["NewLeaseDuration"], CultureInfo.InvariantCulture));
        if (!isAny && Table.TryGetValue((Transport(values), wanted), out (InternetAddress Client, ushort Port, Instant Until, PcpNonce? Nonce) held) && held.Client != client)
        {
            return (500, Failure(UpnpError.Conflict, "ConflictInMappingEntry"));
        }

        if (PermanentOnly && life != TimeSpan.Zero)
        {
            return (500, Failure(UpnpError.OnlyPermanentLeases, "OnlyPermanentLeasesSupported"));
        }

        ushort given = isAny ? Insert(now, client, Transport(values), inside, wanted, life, null) : wanted;
        Table[(Transport(values), given)] = (client, inside, life == TimeSpan.Zero ? Instant.Never : now + life, null);
        return (200, isAny ? Answer("AddAnyPortMapping", ("NewReservedPort", given.ToString(CultureInfo.InvariantCulture))) : Answer("AddPortMapping"));
    }

    /// <summary>Knows no lifetimes.</summary>
    public bool PermanentOnly { get; set; }

    private (int, string) Find(Dictionary<string, string> values) =>
        Table.TryGetValue((Transport(values), Port(values["NewExternalPort"])), out (InternetAddress Client, ushort Port, Instant Until, PcpNonce? Nonce) held)
            ? (200, Answer("GetSpecificPortMappingEntry", ("NewInternalPort", held.Port.ToString(CultureInfo.InvariantCulture)), ("NewInternalClient", held.Client.ToString())))
            : (500, Failure(UpnpError.NoSuchEntry, "NoSuchEntryInArray"));

    private (int, string) Delete(Dictionary<string, string> values) =>
        Table.Remove((Transport(values), Port(values["NewExternalPort"]))) ? (200, Answer("DeletePortMapping")) : (500, Failure(UpnpError.NoSuchEntry, "NoSuchEntryInArray"));

    private (int, string) AddPinhole(Instant now, Dictionary<string, string> values)
    {
        string id = (Pinholes.Count + 1).ToString(CultureInfo.InvariantCulture);
        Pinholes[id] = (Client(values["InternalClient"]), Port(values["InternalPort"]), now + TimeSpan.FromSeconds(int.Parse(values["LeaseTime"], CultureInfo.InvariantCulture)));
        return (200, Answer("AddPinhole", ("UniqueID", id)));
    }
}
