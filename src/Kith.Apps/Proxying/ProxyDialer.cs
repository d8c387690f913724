using System.Net;
using System.Net.Sockets;
using Kith.Apps.Copying;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Proxying;

/// <summary>Names and addresses of the network go through Kith; all others straight from this machine, or nowhere.</summary>
internal sealed class ProxyDialer : IProxyDialer
{
    private readonly IKithTransport _transport;
    private readonly DeviceBook _book;
    private readonly bool _sendsRestStraight;

    /// <summary>Makes a dialler.</summary>
    public ProxyDialer(IKithTransport transport, DeviceBook book, bool sendsRestStraight)
    {
        _transport = transport;
        _book = book;
        _sendsRestStraight = sendsRestStraight;
    }

    /// <inheritdoc/>
    public async ValueTask<IDuplexEnd> DialAsync(ProxyDestination destination, CancellationToken cancellationToken)
    {
        if (await _book.OwnsAsync(destination.Host, cancellationToken).ConfigureAwait(false))
        {
            DeviceTarget target = new(destination.Host.TrimEnd('.'), destination.Port);
            return await TargetDialer.DialWatchedAsync(_transport, target, cancellationToken).ConfigureAwait(false);
        }

        return _sendsRestStraight ? await DialStraightAsync(destination, cancellationToken).ConfigureAwait(false) : throw new ProxyRefusedException(destination);
    }

    private static async ValueTask<IDuplexEnd> DialStraightAsync(ProxyDestination destination, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(destination.Host, destination.Port), cancellationToken).ConfigureAwait(false);
            return new SocketEnd(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            ControlError error = failure.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => ControlError.PortRefused,
                SocketError.TimedOut => ControlError.Timeout,
                SocketError.HostNotFound or SocketError.NoData => ControlError.UnknownDevice,
                _ => ControlError.DeviceOffline,
            };
            throw new ControlException(error, $"{destination} was tried straight from this machine: {failure.Message}.", string.Empty, failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
