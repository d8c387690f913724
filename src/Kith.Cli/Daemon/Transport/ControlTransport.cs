using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Kith.Cli.Daemon.Transport;

/// <summary>
/// The control socket for Kestrel. Its own transport reads 4 KiB with each call into memory of its own; that is right for requests, and a quarter of all work where gigabytes
/// pass. Here a request that becomes a stream takes the socket with it (<see cref="IControlSocketFeature"/>).
/// </summary>
internal sealed class ControlTransport : IConnectionListenerFactory
{
    private const int BacklogMax = 512;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(BacklogMax);
            return ValueTask.FromResult<IConnectionListener>(new ControlListener(socket, endpoint));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
