using Kith.Lab.Harness;

namespace Kith.Lab.Tcp;

/// <summary>tinyproxy on a host: an HTTP proxy that connects to port 443 only and may ask for a name and a password.</summary>
internal static class HttpProxy
{
    public const int Port = 8888;

    /// <summary>Starts it and returns when it listens.</summary>
    public static async Task StartAsync(LabHost host, string? user = null, string? password = null)
    {
        string login = user is null ? string.Empty : $"BasicAuth {user} {password}\n";
        await host.WriteFileAsync("/run/tinyproxy.conf", $"Port {Port}\nTimeout 600\nMaxClients 20\nConnectPort 443\n{login}");
        host.Start("tinyproxy -d -c /run/tinyproxy.conf");
        await LabWait.UntilSucceedsAsync(host, $"ss -ltn | grep -q ':{Port} '", TimeSpan.FromSeconds(10));
    }
}
