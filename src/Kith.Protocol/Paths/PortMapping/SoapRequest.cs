using System.Security;
using System.Text;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A call of an action of a UPnP service (UPnP Device Architecture 2.0, section 3.1.1).</summary>
/// <param name="ServiceType">The service's type.</param>
/// <param name="Action">What it shall do.</param>
/// <param name="Arguments">Names and values, in the order that the service's description demands.</param>
public sealed record SoapRequest(string ServiceType, string Action, IReadOnlyList<(string Name, string Value)> Arguments)
{
    /// <summary>The value of the header SOAPACTION.</summary>
    public string ActionHeader => $"\"{ServiceType}#{Action}\"";

    /// <summary>The body.</summary>
    public string ToXml()
    {
        StringBuilder body = new();
        body.Append("<?xml version=\"1.0\"?>\r\n")
            .Append("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>")
            .Append("<u:").Append(Action).Append(" xmlns:u=\"").Append(SecurityElement.Escape(ServiceType)).Append("\">");
        foreach ((string name, string value) in Arguments)
        {
            body.Append('<').Append(name).Append('>').Append(SecurityElement.Escape(value)).Append("</").Append(name).Append('>');
        }

        return body.Append("</u:").Append(Action).Append("></s:Body></s:Envelope>\r\n").ToString();
    }
}
