using System.Net;
using System.Net.Sockets;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Wire;
using Kith.Tunnel.Interfaces;

namespace Kith.Node.Lan;

/// <summary>
/// Port 5353 of both families, in the groups of multicast DNS on every suitable interface, next to whatever else on this machine speaks it. What comes is handed to a
/// callback on a task of the socket's own, one datagram at a time; sending is thread-safe and never fails loudly, because networks come and go.
/// </summary>
internal sealed class MulticastSocket : IDisposable
{
    private readonly MulticastFamily?[] _families;
    private readonly Func<LocalInterface, bool> _isSkipped;
    private readonly Lock _lock = new();

    /// <summary>Opens the sockets and joins the groups on the interfaces that are there now.</summary>
    /// <param name="network">The interfaces and addresses of this machine.</param>
    /// <param name="onDatagram">Gets the source and the bytes, which are the socket's again when it returns.</param>
    /// <param name="isSkipped">Interfaces that are to be left alone, above all our own TUN device.</param>
    /// <param name="port">The port; 0 picks one, for tests on machines where 5353 cannot be shared.</param>
    /// <exception cref="SocketException">No family could be opened: the port is held by somebody who does not share it, or the system forbids it.</exception>
    public MulticastSocket(LocalNetwork network, MulticastReceiver onDatagram, Func<LocalInterface, bool>? isSkipped = null, ushort port = LanNames.Port)
    {
        _isSkipped = isSkipped ?? (static _ => false);
        _families = [Open(AddressFamily.InterNetwork, onDatagram, port, out SocketException? first), Open(AddressFamily.InterNetworkV6, onDatagram, port, out _)];
        if (_families.All(static family => family is null))
        {
            throw first!;
        }

        Rejoin(network);
    }

    /// <summary>How many interfaces are joined, over both families.</summary>
    public int JoinedCount => _families.Sum(static family => family?.JoinedCount ?? 0);

    /// <summary>Whether an interface is one that multicast DNS makes sense on: up, able to carry multicast, not a tunnel.</summary>
    public static bool IsSuitable(LocalInterface link) => link is { IsUp: true, HasMulticast: true, IsPointToPoint: false, IsLoopback: false } && link.Kind is not ("tun" or "wireguard");

    /// <summary>Joins the groups on new interfaces and forgets those that went; to be called when the machine's interfaces or addresses changed.</summary>
    public void Rejoin(LocalNetwork network)
    {
        LocalInterface[] suitable = [.. network.Interfaces.Where(link => IsSuitable(link) && !_isSkipped(link))];
        lock (_lock)
        {
            foreach (MulticastFamily? family in _families)
            {
                family?.Rejoin(suitable, network.Addresses);
            }
        }
    }

    /// <summary>Sends to both groups on every joined interface; says on how many it went out.</summary>
    public int SendMulticast(ReadOnlySpan<byte> datagram)
    {
        int sent = 0;
        lock (_lock)
        {
            foreach (MulticastFamily? family in _families)
            {
                sent += family?.SendToGroup(datagram) ?? 0;
            }
        }

        return sent;
    }

    /// <summary>Sends to one endpoint; says whether it went out.</summary>
    public bool SendUnicast(in InternetEndpoint destination, ReadOnlySpan<byte> datagram)
    {
        lock (_lock)
        {
            return _families[destination.Address.IsV4 ? 0 : 1]?.SendTo(destination, datagram) ?? false;
        }
    }

    /// <summary>Leaves the groups and closes; afterwards the callback is not called any more.</summary>
    public void Dispose()
    {
        foreach (MulticastFamily? family in _families)
        {
            family?.Dispose();
        }
    }

    private static MulticastFamily? Open(AddressFamily family, MulticastReceiver onDatagram, ushort port, out SocketException? failure)
    {
        failure = null;
        try
        {
            return new MulticastFamily(family, onDatagram, port);
        }
        catch (SocketException exception)
        {
            failure = exception;
            return null;
        }
    }
}
