using System.Net;
using System.Net.Sockets;
using Kith.Apps.Copying;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>Serves one service: takes connections by port and by name, and carries those that are allowed to where it runs. All others are reset.</summary>
internal sealed class ServiceServer : IAsyncDisposable
{
    /// <summary>Connections carried at once; more are reset.</summary>
    public const int ConnectionsMax = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly KithListener _byPort;
    private readonly KithListener _byName;
    private int _connections;

    private ServiceServer(ExposedService service, KithListener byPort, KithListener byName)
    {
        Service = service;
        _byPort = byPort;
        _byName = byName;
    }

    /// <summary>What is served.</summary>
    public ExposedService Service { get; }

    /// <summary>Listens, and serves until it is disposed or the node stops.</summary>
    /// <exception cref="ControlException">The port or the name is taken.</exception>
    public static async Task<ServiceServer> StartAsync(IKithTransport transport, ExposedService service, CancellationToken cancellationToken)
    {
        KithListener byPort = await transport.ListenAsync(service.Port, cancellationToken).ConfigureAwait(false);
        try
        {
            KithListener byName = await transport.ListenAsync(ServiceName.ToProtocol(service.Name), cancellationToken).ConfigureAwait(false);
            ServiceServer server = new(service, byPort, byName);
            _ = server.ServeAsync(byPort);
            _ = server.ServeAsync(byName);
            return server;
        }
        catch
        {
            await byPort.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Listens no more. Connections that exist go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _byPort.DisposeAsync().ConfigureAwait(false);
        await _byName.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(KithListener listener)
    {
        try
        {
            await foreach (KithStream stream in listener.AcceptAllAsync().ConfigureAwait(false))
            {
                _ = TakeAsync(stream);
            }
        }
        catch (Exception exception) when (exception is ControlException or ObjectDisposedException)
        {
            // The node stopped, and with it its services.
        }
    }

    private async Task TakeAsync(KithStream stream)
    {
        bool hasRoom = Interlocked.Increment(ref _connections) <= ConnectionsMax;
        try
        {
            Socket? socket = hasRoom && Service.Rule.Allows(stream.Peer) ? await ConnectAsync().ConfigureAwait(false) : null;
            if (socket is not null)
            {
                await DuplexCopy.RunAsync(new SocketEnd(socket), new KithEnd(stream), CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                stream.Abort();
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource patience = new(Patience);
        try
        {
            EndPoint where = IPAddress.TryParse(Service.Host, out IPAddress? address)
                ? new IPEndPoint(address, Service.HostPort)
                : new DnsEndPoint(Service.Host, Service.HostPort);
            await socket.ConnectAsync(where, patience.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }
}
