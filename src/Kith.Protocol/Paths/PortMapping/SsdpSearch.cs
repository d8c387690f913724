using System.Globalization;
using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>The question "which Internet gateway is here?" (UPnP Device Architecture 2.0, section 1.3.2).</summary>
public static class SsdpSearch
{
    /// <summary>Every gateway device, of either version: a device of version 2 must answer for version 1.</summary>
    public const string Target = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    /// <summary>The longest search in bytes.</summary>
    public const int BytesMax = 256;

    /// <summary>Seconds over which answers are spread.</summary>
    public const int AnswerSeconds = 1;

    /// <summary>Writes the search for a destination: a group, or a gateway itself. Returns its length.</summary>
    public static int Encode(InternetAddress destination, Span<byte> buffer)
    {
        string host = new InternetEndpoint(destination, PortMappingSpecification.SsdpPort).ToString();
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"M-SEARCH * HTTP/1.1\r\nHOST: {host}\r\nMAN: \"ssdp:discover\"\r\nMX: {AnswerSeconds}\r\nST: {Target}\r\n\r\n");
        return Encoding.ASCII.GetBytes(text, buffer);
    }
}
