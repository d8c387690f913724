using System.Net;
using System.Net.Sockets;
using Kith.Node.Lan;
using Kith.Protocol.Paths.PortMapping;
using Kith.Protocol.Wire;

namespace Kith.Node.PortMapping;

/// <summary>A UDP socket for talking with gateways, or for hearing what they announce. What comes is handed on from a task of its own; errors of the network are passed over.</summary>
internal sealed class GatewaySocket : IDisposable
{
    private readonly Socket _socket;
    private readonly MulticastReceiver _onDatagram;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;

    private GatewaySocket(Socket socket, MulticastReceiver onDatagram)
    {
        _socket = socket;
        _onDatagram = onDatagram;
        _receiving = ReceiveAsync();
    }

    /// <summary>A socket bound to one of our addresses, so that the gateway sees requests come from there.</summary>
    /// <exception cref="SocketException">The address is not ours any more.</exception>
    public static GatewaySocket Open(in MappingGateway gateway, MulticastReceiver onDatagram)
    {
        Socket socket = new(gateway.Client.IsV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            bool isV4 = gateway.Client.IsV4;
            socket.SetSocketOption(isV4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, 2);
            socket.SetSocketOption(
                isV4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6,
                SocketOptionName.MulticastInterface,
                isV4 ? IPAddress.HostToNetworkOrder((int)gateway.InterfaceIndex) : (int)gateway.InterfaceIndex);
            socket.Bind(new IPEndPoint(gateway.Client.ToIPAddress(), 0));
            return new GatewaySocket(socket, onDatagram);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that hears the announcements of a group on an interface, beside other programs that do.</summary>
    /// <exception cref="SocketException">The port is held by a program that does not share it, or the interface has gone.</exception>
    public static GatewaySocket Listen(InternetAddress group, ushort port, uint interfaceIndex, MulticastReceiver onDatagram)
    {
        Socket socket = new(group.IsV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            MulticastOptions.Share(socket);
            if (group.IsV4)
            {
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group.ToIPAddress(), (int)interfaceIndex));
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
            }
            else
            {
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(group.ToIPAddress(), interfaceIndex));
                socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            }

            return new GatewaySocket(socket, onDatagram);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends; a network that does not take it is as good as one that loses it.</summary>
    public void Send(in InternetEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        try
        {
            IPAddress address = destination.Address.ToIPAddress();
            if (!destination.Address.IsV4 && destination.Scope != 0)
            {
                address.ScopeId = destination.Scope;
            }

            _socket.SendTo(datagram, SocketFlags.None, new IPEndPoint(address, destination.Port));
        }
        catch (SocketException)
        {
            // No way out at the moment. The machine asks again.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _receiving.Wait(TimeSpan.FromSeconds(1));
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[PortMappingLimits.DatagramBytesMax + 1];
        IPEndPoint any = new(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);
                if (result.ReceivedBytes <= PortMappingLimits.DatagramBytesMax)
                {
                    Take((IPEndPoint)result.RemoteEndPoint, buffer.AsSpan(0, result.ReceivedBytes));
                }
            }
            catch (SocketException)
            {
                // "Port unreachable" of a gateway that speaks none of it. The pause keeps a broken socket from spinning.
                await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        Span<byte> bytes = stackalloc byte[InternetAddress.V6Bytes];
        from.Address.TryWriteBytes(bytes, out int length);
        InternetAddress address = InternetAddress.FromBytes(bytes[..length]);
        _onDatagram(new InternetEndpoint(address, (ushort)from.Port, address.IsLinkLocalV6 ? (uint)from.Address.ScopeId : 0), datagram);
    }
}
