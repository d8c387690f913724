using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>What the threads of one fast path share.</summary>
internal sealed class FastPathState
{
    private volatile TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private volatile bool _isStopping;

    public FastPathState(FastPathOptions options, TunDevice? tun, LocalPorts localPorts, ICoreInbox inbox)
    {
        Options = options;
        Tun = tun;
        LocalPorts = localPorts;
        Inbox = inbox;
        Extra = new ExtraSockets(this);
    }

    public FastPathOptions Options { get; }

    public TunDevice? Tun { get; }

    public LocalPorts LocalPorts { get; }

    public ICoreInbox Inbox { get; }

    /// <summary>The sockets beside the two below.</summary>
    public ExtraSockets Extra { get; }

    /// <summary>The socket for IPv4; null if the machine has none.</summary>
    public DatagramSocket? SocketV4 { get; set; }

    /// <summary>The socket for IPv6; null if the machine has none.</summary>
    public DatagramSocket? SocketV6 { get; set; }

    /// <summary>The core's newest tables.</summary>
    public TunnelSnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>The socket that data to an endpoint leaves through; null if there is none.</summary>
    public DatagramSocket? SocketFor(in InternetEndpoint endpoint) =>
        ExtraSockets.IsExtra(endpoint) ? Extra.FindForData(endpoint) : endpoint.Address.IsV4 ? SocketV4 : SocketV6;

    /// <summary>Raised once, before the threads are woken for the last time.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }
}
