using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;

namespace Kith.Node.Stun;

/// <summary>
/// The STUN servers that may be asked where they see this node, and their addresses. Names are looked up only when the core wants addresses, so that a node whose
/// members tell it enough asks nobody. Thread-safe.
/// </summary>
internal sealed class StunServers : IDisposable
{
    /// <summary>The most servers that are named; the core asks only the first few of their addresses.</summary>
    public const int ServersMax = 8;

    /// <summary>Public servers of three different operators, asked unless others are named.</summary>
    public static readonly IReadOnlyList<string> Default = ["stun.l.google.com:19302", "stun.cloudflare.com:3478", "stun.nextcloud.com:443"];

    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<IReadOnlyList<InternetEndpoint>> _onResolved;
    private int _isRunning;

    /// <summary>Takes names, <c>HOST</c> or <c>HOST:PORT</c>; none means that nobody is asked.</summary>
    /// <param name="servers">The names.</param>
    /// <param name="onResolved">Called on some thread with the addresses found, if there are any.</param>
    public StunServers(IReadOnlyList<string> servers, Action<IReadOnlyList<InternetEndpoint>> onResolved)
    {
        Names = [.. servers.Distinct(StringComparer.OrdinalIgnoreCase).Take(ServersMax)];
        _onResolved = onResolved;
    }

    /// <summary>The servers as they were named.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Splits <c>HOST:PORT</c>, <c>HOST</c> and <c>[ADDRESS]:PORT</c>.</summary>
    public static (string Host, ushort Port) Split(string server)
    {
        int colon = server.LastIndexOf(':');
        bool hasPort = colon > 0 && !server.EndsWith(']') && ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        string host = hasPort ? server[..colon] : server;
        return (host.Trim('[', ']'), hasPort ? ushort.Parse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture) : StunSpecification.Port);
    }

    /// <summary>Looks the names up in the background, unless that is being done already or there are none.</summary>
    public void Resolve()
    {
        if (Names.Count > 0 && Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            _ = Task.Run(ResolveAsync);
        }
    }

    /// <summary>Ends a look-up that is under way.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // One address of each family is enough to see both translators; more of the same server tell nothing new.
    private static async Task<IEnumerable<InternetEndpoint>> LookUpAsync(string server, CancellationToken cancellationToken)
    {
        (string host, ushort port) = Split(server);
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(LookUpTimeout, cancellationToken).ConfigureAwait(false);
            return found
                .Select(address => InternetAddress.FromBytes(address.GetAddressBytes()))
                .DistinctBy(address => address.IsV4)
                .Select(address => new InternetEndpoint(address, port));
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }

    private async Task ResolveAsync()
    {
        try
        {
            CancellationToken cancellationToken = _stopping.Token;
            IEnumerable<InternetEndpoint>[] found = await Task.WhenAll(Names.Select(name => LookUpAsync(name, cancellationToken))).ConfigureAwait(false);
            InternetEndpoint[] endpoints = [.. found.SelectMany(server => server)];
            if (endpoints.Length > 0)
            {
                _onResolved(endpoints);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node is stopping.
        }
        finally
        {
            Interlocked.Exchange(ref _isRunning, 0);
        }
    }
}
