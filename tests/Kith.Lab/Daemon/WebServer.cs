using System.Globalization;
using System.Security.Cryptography;
using Kith.Lab.Harness;

namespace Kith.Lab.Daemon;

/// <summary>A small web server in a host that answers every request with the same random bytes, over IPv4 and IPv6.</summary>
internal sealed class WebServer
{
    private WebServer(string hash) => Hash = hash;

    /// <summary>Port it listens at.</summary>
    public static int Port => 8080;

    /// <summary>SHA-256 of what it serves, as sha256sum prints it.</summary>
    public string Hash { get; }

    /// <summary>Starts one and returns when it listens.</summary>
    public static async Task<WebServer> StartAsync(LabHost host, int bytes)
    {
        LabResult made = await host.RunAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"head -c {bytes} /dev/urandom > /run/page && (printf 'HTTP/1.0 200 OK\\r\\nContent-Length: {bytes}\\r\\n\\r\\n'; cat /run/page) > /run/response && sha256sum < /run/page"));
        host.Start($"socat TCP6-LISTEN:{Port},ipv6only=0,reuseaddr,fork SYSTEM:'cat /run/response'");
        await LabWait.UntilSucceedsAsync(host, $"ss -ltn | grep -q ':{Port} '", TimeSpan.FromSeconds(5));
        return new WebServer(made.EnsureSuccess().Text);
    }

    /// <summary>Fetches the page from another host by name and fails unless every byte is right.</summary>
    public async Task FetchAsync(LabHost from, string name, string options)
    {
        LabResult fetched = await from.RunAsync($"curl -sS -m 20 {options} -o /run/fetched http://{name}:{Port}/ && sha256sum < /run/fetched");
        Assert.Equal(Hash, fetched.EnsureSuccess().Text);
        Assert.Equal(SHA256.HashSizeInBytes * 2, Hash.IndexOf(' ', StringComparison.Ordinal));
    }
}
