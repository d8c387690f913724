using System.Net;
using System.Net.Sockets;
using Kith.Apps.Copying;
using Kith.Apps.Services;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>
/// Serves one service: takes connections at its port and those that <see cref="ServiceDoor"/> hands over, and carries those that are allowed to where it runs. All others
/// are reset.
/// </summary>
internal sealed class ServiceServer : IAsyncDisposable
{
    /// <summary>Connections carried at once; more are reset at the port, and told so by name.</summary>
    public const int ConnectionsMax = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly KithListener _listener;
    private int _connections;

    private ServiceServer(ExposedService service, KithListener listener)
    {
        Service = service;
        _listener = listener;
    }

    /// <summary>What is served.</summary>
    public ExposedService Service { get; }

    /// <summary>Listens, and serves until it is disposed or the node stops.</summary>
    /// <exception cref="ControlException">The port is taken.</exception>
    public static async Task<ServiceServer> StartAsync(IKithTransport transport, ExposedService service, CancellationToken cancellationToken)
    {
        ServiceServer server = new(service, await transport.ListenAsync(service.Port, cancellationToken).ConfigureAwait(false));
        _ = server.ServeAsync();
        return server;
    }

    /// <summary>Listens no more. Connections that exist go on.</summary>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    /// <summary>Serves a caller that asked for this service by name and may use it, and tells it how that goes. Owns the stream.</summary>
    public Task TakeCallAsync(KithStream stream) => ServeAsync(stream, isCall: true);

    private async Task ServeAsync()
    {
        try
        {
            await foreach (KithStream stream in _listener.AcceptAllAsync().ConfigureAwait(false))
            {
                _ = ServeAsync(stream, isCall: false);
            }
        }
        catch (Exception exception) when (exception is ControlException or ObjectDisposedException)
        {
            // The node stopped, and with it its services.
        }
    }

    private async Task ServeAsync(KithStream stream, bool isCall)
    {
        bool hasRoom = Interlocked.Increment(ref _connections) <= ConnectionsMax;
        try
        {
            Socket? socket = hasRoom && Service.Rule.Allows(stream.Peer) ? await ConnectAsync().ConfigureAwait(false) : null;
            if (socket is not null)
            {
                await CarryAsync(socket, stream, isCall).ConfigureAwait(false);
            }
            else if (isCall)
            {
                await ServiceDoor.RefuseAsync(stream, Refusal(stream.Peer, hasRoom)).ConfigureAwait(false);
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

    private static async Task CarryAsync(Socket socket, KithStream stream, bool isCall)
    {
        KithEnd far = new(stream);
        SocketEnd near = new(socket);
        try
        {
            if (isCall)
            {
                await stream.WriteAsync(new ServiceAnswer(ServiceAnswerKind.Connected).Encode(), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The caller is gone: the copy below finds that out, and lets the program behind know.
        }

        await DuplexCopy.RunAsync(near, far, CancellationToken.None).ConfigureAwait(false);
    }

    private ServiceAnswer Refusal(KithPeer caller, bool hasRoom) =>
        !Service.Rule.Allows(caller) ? new ServiceAnswer(ServiceAnswerKind.Unknown)
        : !hasRoom ? new ServiceAnswer(ServiceAnswerKind.Full)
        : new ServiceAnswer(ServiceAnswerKind.NothingBehind, Service.HostPort, Service.Name);

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
