using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>Finds the addresses of the DHT nodes to begin with, for as long as it takes: a machine may well start before its network does.</summary>
internal sealed class DhtBootstrap : IDisposable
{
    /// <summary>The nodes that the makers of widespread clients keep for this purpose.</summary>
    public const string PublicNodes = "router.bittorrent.com:6881 dht.transmissionbt.com:6881 router.utorrent.com:6881 dht.libtorrent.org:25401";

    /// <summary>Written instead of nodes by whoever begins a DHT of his own.</summary>
    public const string NoNodes = "none";

    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <summary>Begins to look up names in the background.</summary>
    /// <param name="nodes"><c>HOST:PORT</c> with spaces between.</param>
    /// <param name="found">Is told of addresses, on any thread.</param>
    public DhtBootstrap(string nodes, Action<IReadOnlyList<InternetEndpoint>> found) => _work = Task.Run(() => WorkAsync(nodes, found));

    /// <summary>Whether a text is <c>HOST:PORT</c> with a name or an address.</summary>
    public static bool IsNode(string text) => InternetEndpoint.TryParse(text, out _) || TrySplit(text, out _, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _work.Wait();
        _stop.Dispose();
    }

    private static bool TrySplit(string text, out string host, out ushort port)
    {
        int colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon] : "";
        port = 0;
        return colon > 0 && Uri.CheckHostName(host) == UriHostNameType.Dns && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port != 0;
    }

    private async Task WorkAsync(string nodes, Action<IReadOnlyList<InternetEndpoint>> found)
    {
        TimeSpan wait = s_firstWait;
        List<string> names = [];
        List<InternetEndpoint> endpoints = [];
        foreach (string node in nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (InternetEndpoint.TryParse(node, out InternetEndpoint endpoint))
            {
                endpoints.Add(endpoint);
            }
            else
            {
                names.Add(node);
            }
        }

        try
        {
            found(endpoints);
            while (names.Count > 0)
            {
                foreach (string name in names.ToList())
                {
                    IReadOnlyList<InternetEndpoint> addresses = await ResolveAsync(name).ConfigureAwait(false);
                    if (addresses.Count > 0)
                    {
                        names.Remove(name);
                        found(addresses);
                    }
                }

                await Task.Delay(wait, _stop.Token).ConfigureAwait(false);
                wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task<IReadOnlyList<InternetEndpoint>> ResolveAsync(string node)
    {
        if (!TrySplit(node, out string host, out ushort port))
        {
            return [];
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, _stop.Token).ConfigureAwait(false);
            return [.. addresses.Select(address => new InternetEndpoint(InternetAddress.FromBytes(address.GetAddressBytes()), port))];
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
