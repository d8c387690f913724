using System.Globalization;

namespace Kith.Apps.Running;

/// <summary>The variables by which programs find a proxy. There is no standard: most read the lower case, some the upper, so both are set.</summary>
public static class ProxyEnvironment
{
    private const string NeverProxied = "localhost,127.0.0.1,::1";

    /// <summary>The variables for a program.</summary>
    /// <param name="socksPort">The port of SOCKS 5 at 127.0.0.1.</param>
    /// <param name="httpPort">The port of the HTTP proxy at 127.0.0.1.</param>
    public static IReadOnlyDictionary<string, string> Of(int socksPort, int httpPort)
    {
        // socks5h: the proxy looks names up, which the program itself could not.
        string socks = string.Create(CultureInfo.InvariantCulture, $"socks5h://127.0.0.1:{socksPort}");
        string http = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{httpPort}");
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach ((string name, string value) in new[] { ("ALL_PROXY", socks), ("HTTP_PROXY", http), ("HTTPS_PROXY", http), ("NO_PROXY", NeverProxied) })
        {
            variables[name] = value;
            variables[name.ToLowerInvariant()] = value;
        }

        return variables;
    }
}
