namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What a gateway's description says that matters here (UPnP Device Architecture 2.0, section 2.3).</summary>
/// <param name="Name">What it calls itself; empty if it does not.</param>
/// <param name="UrlBase">What its addresses are relative to; empty for the description's own place.</param>
/// <param name="Services">The services of the device and of those inside it, in their order.</param>
public sealed record UpnpDescription(string Name, string UrlBase, IReadOnlyList<UpnpService> Services)
{
    /// <summary>Services that are kept.</summary>
    public const int ServicesMax = 32;

    /// <summary>Reads a description; false if it is no XML, passes a bound, or is no description of a device.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> document, out UpnpDescription? description)
    {
        List<UpnpService> services = [];
        string name = "";
        string urlBase = "";
        string type = "";
        string control = "";
        bool isDevice = false;
        description = null;
        bool ok = BoundedXml.TryWalk(document, (path, text) =>
        {
            isDevice |= path is ["root", ..];
            switch (path)
            {
                case ["root", "URLBase"]:
                    urlBase = text;
                    break;
                case ["root", "device", "friendlyName"]:
                    name = Printable(text);
                    break;
                case [.., "service", "serviceType"]:
                    type = text;
                    break;
                case [.., "service", "controlURL"]:
                    control = text;
                    break;
                case [.., "service"]:
                    if (type.Length > 0 && control.Length > 0 && services.Count < ServicesMax)
                    {
                        services.Add(new UpnpService(type, control));
                    }

                    type = control = "";
                    break;
            }
        });
        if (!ok || !isDevice)
        {
            return false;
        }

        description = new UpnpDescription(name, urlBase, services);
        return true;
    }

    /// <summary>The service of that name with the highest version, or null.</summary>
    public UpnpService? Find(string name) => Services.Where(service => service.VersionOf(name) > 0).MaxBy(service => service.VersionOf(name));

    // It is shown to people on a terminal.
    private static string Printable(string text) => new([.. text.Where(character => !char.IsControl(character)).Take(64)]);
}
