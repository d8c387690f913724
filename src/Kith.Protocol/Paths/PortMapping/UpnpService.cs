namespace Kith.Protocol.Paths.PortMapping;

/// <summary>A service in a device's description.</summary>
/// <param name="Type">Its type, such as <c>urn:schemas-upnp-org:service:WANIPConnection:1</c>.</param>
/// <param name="ControlUrl">Where it takes requests, as it stands there.</param>
public sealed record UpnpService(string Type, string ControlUrl)
{
    private const string Prefix = "urn:schemas-upnp-org:service:";

    /// <summary>The type's version if it is of the given name, or 0.</summary>
    public int VersionOf(string name) =>
        Type.StartsWith(Prefix, StringComparison.Ordinal)
        && Type.AsSpan(Prefix.Length) is var rest
        && rest.StartsWith(name, StringComparison.Ordinal)
        && rest.Length == name.Length + 2
        && rest[name.Length] == ':'
        && char.IsAsciiDigit(rest[^1])
            ? rest[^1] - '0'
            : 0;
}
