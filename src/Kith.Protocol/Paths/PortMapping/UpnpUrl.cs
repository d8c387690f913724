using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// A place on the gateway itself. A description or an announcement that names another machine is refused: else whoever answers our search could aim our requests at
/// any web server that this machine reaches.
/// </summary>
/// <param name="Host">The host as it stands in the URL, for the header of that name: an address, for IPv6 in brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="Path">Path and query, beginning with a slash.</param>
public sealed record UpnpUrl(string Host, ushort Port, string Path)
{
    /// <summary>The longest path in characters.</summary>
    public const int PathCharactersMax = 512;

    /// <summary>Reads an absolute URL: plain HTTP, and a host that is one of the given addresses.</summary>
    public static bool TryParse(string text, Func<InternetAddress, bool> isGateway, out UpnpUrl? url)
    {
        url = null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? absolute) && TryTake(absolute, isGateway, out url);
    }

    /// <summary>Reads a URL of the description: absolute, or relative to its base, or to its own place if it has no base.</summary>
    public static bool TryResolve(UpnpUrl own, string urlBase, string text, Func<InternetAddress, bool> isGateway, out UpnpUrl? url)
    {
        url = null;
        if (!Uri.TryCreate(urlBase.Length > 0 ? urlBase : own.ToString(), UriKind.Absolute, out Uri? start)
            || start.Scheme != Uri.UriSchemeHttp
            || !Uri.TryCreate(start, text, out Uri? resolved))
        {
            return false;
        }

        return TryTake(resolved, isGateway, out url);
    }

    /// <summary>The URL's text.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{Host}:{Port}{Path}");

    private static bool TryTake(Uri uri, Func<InternetAddress, bool> isGateway, out UpnpUrl? url)
    {
        url = null;
        if (!uri.IsAbsoluteUri
            || uri.Scheme != Uri.UriSchemeHttp
            || uri.UserInfo.Length > 0
            || uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || uri.Port is < 1 or > ushort.MaxValue
            || uri.PathAndQuery.Length > PathCharactersMax)
        {
            return false;
        }

        // A zone in the host is the gateway's own idea of its interfaces and means nothing here.
        string bare = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']').Split('%')[0] : uri.Host;
        if (!InternetAddress.TryParse(bare, out InternetAddress address) || !isGateway(address))
        {
            return false;
        }

        url = new UpnpUrl(address.IsV4 ? address.ToString() : $"[{address}]", (ushort)uri.Port, uri.PathAndQuery);
        return true;
    }
}
