using Kith.Protocol.Wire;

namespace Kith.Protocol.Tunnel;

/// <summary>
/// What the fast path must know of one peer: which session seals packets to it, and where they go. The core's loop is the only
/// writer; fast path threads read without locks and see each field whole. One instance lives as long as the peer is known.
/// </summary>
public sealed class PeerLink(int id)
{
    /// <summary>
    /// Largest inner packet by default. One relayed hop must still fit 1,500 outside: 1,500 − 40 (IPv6) − 8 (UDP) − 32 (session with
    /// the relay) − 18 (relay header, sent unpadded) − 32 (session end to end) = 1,370, rounded down to WireGuard's padding of 16.
    /// </summary>
    public const int DefaultMtuBytes = 1360;

    private volatile TransportSession? _current;
    private volatile Target? _target;
    private volatile RelayHop? _via;
    private volatile bool _controlOnly;

    /// <summary>A small number that is this peer's for the life of the process.</summary>
    public int Id { get; } = id;

    /// <summary>How much of the core's time this peer takes, and what was too much; shared by all who move packets of this peer.</summary>
    public PeerFlood Flood { get; } = new();

    /// <summary>Counters and instants, shared by all who move packets of this peer.</summary>
    public PeerTraffic Traffic { get; } = new();

    /// <summary>The session to seal with, or null: then packets go to the core, which stages them and begins a handshake.</summary>
    public TransportSession? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Where sealed packets go as plain datagrams, or null: then packets go to the core (no path yet, or a relayed one).</summary>
    public InternetEndpoint? Endpoint
    {
        get => _target?.Endpoint;
        set => _target = value is { } endpoint ? new Target(endpoint) : null;
    }

    /// <summary>The same as <see cref="Endpoint"/> as one object that changes identity when the endpoint does, so that a thread may cache what it derives.</summary>
    public object? EndpointVersion => _target;

    /// <summary>
    /// While <see cref="Endpoint"/> is null: the neighbour through which sealed packets travel, or null. A new object whenever anything of it changes.
    /// </summary>
    public RelayHop? Via
    {
        get => _via;
        set => _via = value;
    }

    /// <summary>Whether this peer may reach nothing but the core's own services: an invite key before it has joined.</summary>
    public bool ControlOnly
    {
        get => _controlOnly;
        set => _controlOnly = value;
    }

    private sealed record Target(InternetEndpoint Endpoint);
}
