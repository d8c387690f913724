using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>Looks things up in the newest snapshot and remembers the last answers, which mostly are the next too. Belongs to one thread.</summary>
internal sealed class SnapshotLookup(FastPathState state)
{
    private TunnelSnapshot _snapshot = TunnelSnapshot.Empty;
    private uint _lastIndex;
    private TunnelReceiver? _lastReceiver;
    private InternetAddress _lastAddress;
    private TunnelRoute? _lastRoute;

    /// <summary>The tables of relays.</summary>
    public RelayTable Relays
    {
        get
        {
            Renew();
            return _snapshot.Relays;
        }
    }

    /// <summary>Whose packets carry a receiver index.</summary>
    public TunnelReceiver? FindReceiver(uint index)
    {
        Renew();
        if (_lastReceiver is null || _lastIndex != index)
        {
            _lastIndex = index;
            _lastReceiver = _snapshot.Receivers.TryGetValue(index, out TunnelReceiver? receiver) ? receiver : null;
        }

        return _lastReceiver;
    }

    /// <summary>Whose a virtual address is.</summary>
    public TunnelRoute? FindRoute(InternetAddress address)
    {
        Renew();
        if (_lastRoute is null || address != _lastAddress)
        {
            _lastAddress = address;
            _lastRoute = _snapshot.Routes.TryGetValue(address, out TunnelRoute? route) ? route : null;
        }

        return _lastRoute;
    }

    private void Renew()
    {
        TunnelSnapshot snapshot = state.Snapshot;
        if (!ReferenceEquals(snapshot, _snapshot))
        {
            _snapshot = snapshot;
            _lastReceiver = null;
            _lastRoute = null;
        }
    }
}
