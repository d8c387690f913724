using System.Globalization;
using System.Net;
using Kith.Node.Control;
using Kith.Node.Streams;
using Kith.Protocol.Core;
using Kith.Protocol.Membership;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Node;

/// <content>Datagrams on the node's own stack.</content>
public sealed partial class KithNode
{
    private readonly HashSet<KithUdpSocket> _sockets = [];

    /// <summary>The core, for what runs on its loop.</summary>
    internal NodeCore Core => _parts.Core!;

    /// <summary>Binds a UDP port of this device's virtual addresses, in all its networks.</summary>
    /// <param name="port">The port, or 0 for any free one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    public async Task<KithUdpSocket> BindUdpAsync(int port, CancellationToken cancellationToken = default)
    {
        if (port is < 0 or > ushort.MaxValue)
        {
            throw new ControlException(ControlError.Usage, string.Create(CultureInfo.InvariantCulture, $"{port} is no UDP port."), "A port is a number from 0 to 65535.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // Not given up half-way: what was made on the loop would belong to nobody.
            return await OnLoopAsync(
                (core, _) =>
                {
                    KithUdpSocket socket = new(this, core, (ushort)port);
                    _sockets.Add(socket);
                    return socket;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (AddressInUseException)
        {
            throw new ControlException(ControlError.PortInUse, string.Create(CultureInfo.InvariantCulture, $"UDP port {port} of the private network is bound already."), "Choose another port, or 0 for any.");
        }
        catch (StackLimitException)
        {
            throw new ControlException(ControlError.LimitReached, "This node has as many UDP ports as it can.", "Dispose sockets that are not needed any more.");
        }
    }

    /// <summary>The same without waiting for more than the loop's next turn.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.PortInUse"/>, <see cref="ControlError.LimitReached"/>.</exception>
    public KithUdpSocket BindUdp(int port) => BindUdpAsync(port).GetAwaiter().GetResult();

    internal static KithPeer PeerAt(in ApplicationPlace place, in InternetEndpoint at) => new(
        place.Id, place.Member.Name, place.Network.Id, place.Network.State.Name, ToRole(place.Member.Role), new IPEndPoint(at.Address.ToIPAddress(), at.Port));

    internal void PostWork(Action<ClockReading> work) => _parts.Inbox.PostWork(work);

    internal async ValueTask<KithPeer> FindPeerAsync(string device, int port, CancellationToken cancellationToken) => await OnLoopAsync(
        (core, now) =>
        {
            (_, Member member) = DialLookup.Find(core, now, device);
            InternetAddress address = InternetAddress.TryParse(device, out InternetAddress given) && given.IsV4 ? member.V4 : member.V6;
            return core.TryFindMember(address, out ApplicationPlace place)
                ? PeerAt(place, new InternetEndpoint(address, (ushort)port))
                : throw new ControlException(ControlError.UnknownDevice, $"'{device}' is this device itself.", "'kith members' lists the others.");
        },
        cancellationToken).ConfigureAwait(false);

    internal async Task CloseAsync(KithUdpSocket socket)
    {
        try
        {
            await _loop.RunAsync((_, _) =>
            {
                socket.Close(failure: null);
                return _sockets.Remove(socket);
            }).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The node is stopping, and closes it with everything else.
        }
    }

    // After the loop's end.
    private void FailSockets()
    {
        foreach (KithUdpSocket socket in _sockets)
        {
            socket.Close(new ControlException(ControlError.NodeNotRunning, "The node was stopped.", "Start another one."));
        }

        _sockets.Clear();
    }
}
