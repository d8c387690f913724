using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kith.Node.Control;

namespace Kith.Apps.Local;

/// <summary>Listening sockets of this machine: one port, at one address or several.</summary>
internal sealed class LocalPort : IDisposable
{
    private const int Backlog = 128;
    private const int FreePortTries = 16;

    private LocalPort(List<Socket> sockets)
    {
        Sockets = sockets;
        EndPoints = [.. sockets.Select(static socket => (IPEndPoint)socket.LocalEndPoint!)];
    }

    /// <summary>The loopback addresses of both families.</summary>
    public static IReadOnlyList<IPAddress> Loopback { get; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>The sockets, already listening.</summary>
    public IReadOnlyList<Socket> Sockets { get; }

    /// <summary>Where they listen.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>The port.</summary>
    public int Port => EndPoints[0].Port;

    /// <summary>Opens the port at every address; one of a family that this machine has not got is left out as long as another remains.</summary>
    /// <param name="addresses">The addresses, at least one.</param>
    /// <param name="port">The port, or 0 for any free one, the same at all addresses.</param>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.NotPermitted"/>, <see cref="ControlError.Usage"/>.</exception>
    public static LocalPort Open(IReadOnlyList<IPAddress> addresses, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<Socket> sockets = [];
            try
            {
                foreach (IPAddress address in addresses)
                {
                    int chosen = sockets.Count > 0 ? ((IPEndPoint)sockets[0].LocalEndPoint!).Port : port;
                    if (TryListen(new IPEndPoint(address, chosen), mayBeMissing: addresses.Count > 1) is { } socket)
                    {
                        sockets.Add(socket);
                    }
                }

                return sockets.Count > 0 ? new LocalPort(sockets) : throw NoSuchAddress(addresses[0]);
            }
            catch (ControlException failure)
            {
                sockets.ForEach(static socket => socket.Dispose());
                if (port != 0 || failure.Error != ControlError.PortInUse || attempt == FreePortTries)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Closes the sockets.</summary>
    public void Dispose()
    {
        foreach (Socket socket in Sockets)
        {
            socket.Dispose();
        }
    }

    private static Socket? TryListen(IPEndPoint where, bool mayBeMissing)
    {
        Socket? socket = null;
        try
        {
            socket = new(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (where.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(where);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            bool isMissing = failure.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported;
            return isMissing && mayBeMissing ? null : throw Translate(where, failure);
        }
    }

    private static ControlException Translate(IPEndPoint where, SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new ControlException(
            ControlError.PortInUse,
            string.Create(CultureInfo.InvariantCulture, $"Another program on this machine listens on {where} already."),
            "Choose another port, or 0 for any that is free.",
            failure),
        SocketError.AccessDenied => new ControlException(
            ControlError.NotPermitted,
            string.Create(CultureInfo.InvariantCulture, $"This user may not listen on {where}."),
            "Ports below 1024 are for root: choose a higher one.",
            failure),
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => NoSuchAddress(where.Address),
        _ => new ControlException(ControlError.PortInUse, string.Create(CultureInfo.InvariantCulture, $"It is not possible to listen on {where}: {failure.Message}."), "Choose another port.", failure),
    };

    private static ControlException NoSuchAddress(IPAddress address) =>
        new(ControlError.Usage, $"This machine has no address {address}.", "See its addresses with: ip address");
}
