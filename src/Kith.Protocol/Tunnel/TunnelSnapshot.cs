using System.Collections.Frozen;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// The tables of the fast path at one moment: which virtual address belongs to which peer, and which receiver index to which session.
/// Immutable; the core publishes a new one when membership or sessions change. Safe to read from any thread.
/// </summary>
public sealed class TunnelSnapshot(
    FrozenDictionary<InternetAddress, TunnelRoute> routes, FrozenDictionary<uint, TunnelReceiver> receivers, RelayTable? relays = null)
{
    /// <summary>A snapshot of nothing.</summary>
    public static TunnelSnapshot Empty { get; } =
        new(FrozenDictionary<InternetAddress, TunnelRoute>.Empty, FrozenDictionary<uint, TunnelReceiver>.Empty);

    /// <summary>By the peer's virtual address (IPv4 and IPv6).</summary>
    public FrozenDictionary<InternetAddress, TunnelRoute> Routes { get; } = routes;

    /// <summary>By the receiver index in a transport packet: current, previous and not yet confirmed sessions.</summary>
    public FrozenDictionary<uint, TunnelReceiver> Receivers { get; } = receivers;

    /// <summary>Who is reached through whom.</summary>
    public RelayTable Relays { get; } = relays ?? RelayTable.Empty;
}

/// <summary>
/// One virtual address of a peer. It may only talk with our address in the same network: outgoing packets to it must come from
/// <paramref name="Local"/>, incoming packets from it must go there; everything else is dropped.
/// </summary>
/// <param name="Link">The peer that owns the address.</param>
/// <param name="Local">Our own virtual address of the same family in the same network.</param>
public sealed record TunnelRoute(PeerLink Link, InternetAddress Local);

/// <summary>The session that a receiver index names, and whose it is.</summary>
/// <param name="Link">The peer.</param>
/// <param name="Session">The session that opens the packet.</param>
public sealed record TunnelReceiver(PeerLink Link, TransportSession Session);
