using Kith.Protocol.Paths.PortMapping;

namespace Kith.Node.Control;

/// <summary>How a node is started. What is left null keeps what the state directory remembers, or its default at the first start.</summary>
public sealed record NodeStartOptions
{
    /// <summary>Where the node keeps its key, its networks and its control socket. Made with mode 0700 if it is not there.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>This device's name in networks it creates or joins. Default: the host name, made to fit.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The name of the network that the first start creates. Default: <c>home</c>. Ignored once the node is in a network.</summary>
    public string? NetworkName { get; init; }

    /// <summary>An invite to join. A node that is already in its network goes on without it. A secret: never logged.</summary>
    public string? Join { get; init; }

    /// <summary>The name of the TUN device. Default: <c>kith0</c>.</summary>
    public string? TunName { get; init; }

    /// <summary>
    /// Whether there is to be a TUN device. False runs in user space, and is remembered; true fails where none can be had. Default: one if this user and system
    /// can have one, else none.
    /// </summary>
    public bool? UseTun { get; init; }

    /// <summary>The UDP port. Default: 5484.</summary>
    public ushort? Port { get; init; }

    /// <summary>The protocols by which routers are asked for an open port; <see cref="MappingProtocol.None"/> asks none. Default: all.</summary>
    public MappingProtocol? PortMapping { get; init; }

    /// <summary>Whether packets are passed on between other members. Default: yes.</summary>
    public bool? RelayForOthers { get; init; }

    /// <summary>How many bytes a second are passed on for others at most; 0 for no limit, which is the default.</summary>
    public long? RelayBytesPerSecondMax { get; init; }

    /// <summary>The TCP port at which members connect that UDP is blocked for, best 443; 0 for none. Default: none.</summary>
    public ushort? TcpPort { get; init; }

    /// <summary>
    /// STUN servers that may be asked where they see this device, <c>HOST</c> or <c>HOST:PORT</c>; an empty list for none. Default: a few public ones.
    /// </summary>
    public IReadOnlyList<string>? StunServers { get; init; }

    /// <summary>Whether members are also looked for in BitTorrent's Mainline DHT. Default: yes.</summary>
    public bool? UseDht { get; init; }

    /// <summary>The nodes the DHT is entered through, <c>HOST:PORT</c> with spaces between, or <c>none</c> to begin one. Default: well-known public ones.</summary>
    public string? DhtBootstrap { get; init; }

    /// <summary>Whether members are looked for by multicast on the local network. Default: yes.</summary>
    public bool? UseLan { get; init; }

    /// <summary>Whether members are tried where they were last known to be. Default: yes.</summary>
    public bool? UseCache { get; init; }

    /// <summary>Trackers that this node announces itself to, <c>udp://HOST:PORT</c> or an HTTP address; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? Trackers { get; init; }

    /// <summary>Names under which records of members are looked for in the DNS, such as <c>nas.example.org</c>; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>How long routers are asked to keep a port open, renewed at half of it. Default: two hours. Not remembered.</summary>
    public TimeSpan? PortMappingLifetime { get; init; }

    /// <summary>Addresses of members, <c>HOST:PORT</c> with a name or an address (IPv6 in brackets), tried beside everything else; an empty list for none. Default: none.</summary>
    public IReadOnlyList<string>? Peers { get; init; }
}
