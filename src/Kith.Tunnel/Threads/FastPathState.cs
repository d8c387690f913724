using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;

namespace Kith.Tunnel.Threads;

/// <summary>What the threads of one fast path share.</summary>
internal sealed class FastPathState(FastPathOptions options, TunDevice? tun, LocalPorts localPorts, ICoreInbox inbox)
{
    private volatile TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private volatile bool _isStopping;

    public FastPathOptions Options { get; } = options;

    public TunDevice? Tun { get; } = tun;

    public LocalPorts LocalPorts { get; } = localPorts;

    public ICoreInbox Inbox { get; } = inbox;

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

    /// <summary>Raised once, before the threads are woken for the last time.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }
}
