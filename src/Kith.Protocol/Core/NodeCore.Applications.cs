using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>
/// The user-space stack for applications of the shell. What they do with a connection or binding they were given goes straight to it, on the core's loop;
/// <see cref="HandleApplications"/> is to be called afterwards, before transmits are taken.
/// </content>
public sealed partial class NodeCore
{
    // A peer that vanished would otherwise hold its streams for ever; with the stack's probes it is noticed within two minutes.
    private static readonly TimeSpan ApplicationKeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>TCP connections of the stack, those of the core itself included.</summary>
    public int StackConnectionCount => _stack.ConnectionCount;

    /// <summary>Counters of the user-space stack.</summary>
    public StackStatistics StackStatistics => _stack.Statistics;

    /// <summary>Listens on a TCP port of all virtual addresses.</summary>
    /// <param name="port">The port, not 0.</param>
    /// <param name="owner">Is told of new connections, which only members can open, and tags them.</param>
    /// <exception cref="AddressInUseException">There is a listener on it.</exception>
    /// <exception cref="StackLimitException">There are as many as there may be.</exception>
    public TcpListener Listen(ushort port, IStackOwner owner)
    {
        TcpListener listener = _stack.Listen(InternetAddress.None, port, ApplicationLimits.BacklogMax);
        listener.Tag = owner;
        return listener;
    }

    /// <summary>Opens a TCP connection to a member. It waits while a tunnel is being built; <paramref name="owner"/> is told how it ends.</summary>
    /// <exception cref="NodeCoreException"><see cref="NodeCoreError.UnknownDevice"/>: the address is no member's.</exception>
    /// <exception cref="AddressInUseException">No ephemeral port is free.</exception>
    /// <exception cref="StackLimitException">There are as many connections as there may be.</exception>
    public TcpConnection Connect(ClockReading now, in InternetEndpoint remote, IStackOwner owner)
    {
        if (!_routes.TryGetValue(remote.Address, out PeerRoute route))
        {
            throw new NodeCoreException(NodeCoreError.UnknownDevice, remote.Address.ToString());
        }

        TcpConnection connection = _stack.Connect(now, route.Local, remote);
        connection.KeepAliveIdle = ApplicationKeepAlive;
        connection.Tag = owner;
        Settle(now);
        return connection;
    }

    /// <summary>Binds a UDP port of all virtual addresses.</summary>
    /// <param name="port">The port; 0 takes an ephemeral one.</param>
    /// <param name="owner">Is told when datagrams wait. Anything in the network may have sent them; <see cref="TryFindMember"/> says who.</param>
    /// <exception cref="AddressInUseException">It is bound.</exception>
    /// <exception cref="StackLimitException">There are as many as there may be.</exception>
    public UdpBinding BindUdp(ushort port, IStackOwner owner)
    {
        UdpBinding binding = _stack.BindUdp(InternetAddress.None, port);
        binding.Tag = owner;
        return binding;
    }

    /// <summary>Whose virtual address that is; false for nobody's and for this device's own.</summary>
    public bool TryFindMember(InternetAddress address, out ApplicationPlace place)
    {
        if (_routes.TryGetValue(address, out PeerRoute route) && route.Network.Log.State.Members.TryGetValue(route.Peer.Id, out Membership.Member? member))
        {
            place = new ApplicationPlace(route.Network.Log, member, route.Local);
            return true;
        }

        place = default;
        return false;
    }

    /// <summary>To be called after applications have written, read or closed: what follows from that is done.</summary>
    public void HandleApplications(ClockReading now) => Settle(now);

    private static NetworkStackOptions StackOptions(NodeCoreOptions options) => new()
    {
        Mtu = options.MtuBytes,
        LargeSegments = options.LargeSegments,
        SendBufferBytesMax = ApplicationLimits.StreamBytesMax,
        ReceiveBufferBytesMax = ApplicationLimits.StreamBytesMax,
        CongestionControl = CongestionControlKind.Bbr,

        // Beside a TUN device the system takes its own ports on the same addresses.
        EphemeralPortFirst = options.HasTun ? NetworkStack.EphemeralPortFirst : ApplicationLimits.EphemeralPortFirst,
        ConnectionsMax = ApplicationLimits.ConnectionsMax,
        ListenersMax = ApplicationLimits.ListenersMax,
        BindingsMax = ApplicationLimits.BindingsMax,
        BufferedBytesMax = ApplicationLimits.BufferedBytesMax,
    };

    private void HandleApplicationEvent(ClockReading now, in StackEvent stackEvent)
    {
        if (stackEvent.Kind == StackEventKind.Accepted)
        {
            TcpConnection connection = stackEvent.Connection!;
            if (!_routes.TryGetValue(connection.Remote.Address, out PeerRoute route) || route.Local != connection.Local.Address)
            {
                connection.Abort(now);
                return;
            }

            connection.KeepAliveIdle = ApplicationKeepAlive;
            (stackEvent.Listener!.Tag as IStackOwner)?.HandleStackEvent(now, stackEvent);
            if (connection.Tag is null)
            {
                connection.Abort(now);
            }

            return;
        }

        IStackOwner? owner = stackEvent.Binding is { } binding ? binding.Tag as IStackOwner : stackEvent.Connection?.Tag as IStackOwner;
        owner?.HandleStackEvent(now, stackEvent);
    }

    // Who is no member any more, or has another address now, must not go on talking for one packet longer.
    private void AbortOrphans(ClockReading now)
    {
        foreach (TcpConnection connection in _stack.FindConnections(connection => connection.Tag is IStackOwner && !_routes.ContainsKey(connection.Remote.Address)))
        {
            connection.Abort(now);
        }
    }
}
