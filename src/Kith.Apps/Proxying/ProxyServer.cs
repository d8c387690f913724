using System.Net.Sockets;
using Kith.Apps.Local;
using Kith.Apps.Proxying.Http;
using Kith.Apps.Proxying.Socks;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Proxying;

/// <summary>SOCKS 5 and HTTP proxies of this machine that lead into the network. They listen from <see cref="Open"/> on.</summary>
public sealed class ProxyServer : IDisposable
{
    private readonly List<(LocalPort Port, Func<Socket, CancellationToken, Task> Serve)> _servers = [];

    private ProxyServer(ProxyStatus status)
    {
        Status = status;
    }

    /// <summary>Where it listens.</summary>
    public ProxyStatus Status { get; }

    /// <summary>Opens the ports.</summary>
    /// <param name="node">Knows which names are the network's.</param>
    /// <param name="transport">Dials the devices.</param>
    /// <param name="options">Which ports.</param>
    /// <param name="report">Is told what goes wrong with single connections, each sentence once in a while.</param>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.NotPermitted"/>, <see cref="ControlError.Usage"/>.</exception>
    public static ProxyServer Open(INodeControl node, IKithTransport transport, ProxyOptions options, Action<ControlException> report)
    {
        ArgumentNullException.ThrowIfNull(options);
        ProblemReport problems = new(report);
        ProxyDialer dialer = new(transport, new DeviceBook(node), options.SendsRestStraight);
        LocalPort? socks = null;
        LocalPort? http = null;
        try
        {
            socks = OpenPort(options, options.SocksPort);
            http = OpenPort(options, options.HttpPort);
        }
        catch
        {
            socks?.Dispose();
            throw;
        }

        ProxyServer server = new(new ProxyStatus(Describe(socks), Describe(http), socks?.Port, http?.Port));
        if (socks is not null)
        {
            server._servers.Add((socks, new SocksProxy(dialer, problems).ServeAsync));
        }

        if (http is not null)
        {
            server._servers.Add((http, new HttpProxy(dialer, problems).ServeAsync));
        }

        return server;
    }

    /// <summary>Serves until it is called off.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_servers.Select(server => LocalServer.RunAsync(server.Port, server.Serve, cancellationToken)));

    /// <summary>Closes the ports.</summary>
    public void Dispose() => _servers.ForEach(static server => server.Port.Dispose());

    private static LocalPort? OpenPort(ProxyOptions options, int? port) =>
        port is { } number ? LocalPort.Open(options.Addresses.Count == 0 ? LocalPort.Loopback : options.Addresses, number) : null;

    private static string[] Describe(LocalPort? port) => port is null ? [] : [.. port.EndPoints.Select(static point => point.ToString())];
}
