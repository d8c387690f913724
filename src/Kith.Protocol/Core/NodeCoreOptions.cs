using Kith.Protocol.Netstack;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>What a <see cref="NodeCore"/> is told once, when it is made.</summary>
public sealed record NodeCoreOptions
{
    /// <summary>The name this device asks for in networks it founds or joins: a DNS label.</summary>
    public required string DeviceName { get; init; }

    /// <summary>The UDP port the node is reached on; stated in its whereabouts.</summary>
    public required ushort Port { get; init; }

    /// <summary>The TCP port on which the shell takes connections of members whose networks block UDP; null if it does not listen.</summary>
    public ushort? TcpPort { get; init; }

    /// <summary>Whether there is a TUN device. Without one, what the stack knows no connection for is refused by the stack.</summary>
    public bool HasTun { get; init; }

    /// <summary>The table of the user-space stack's ports that the packet path looks at.</summary>
    public LocalPorts Ports { get; init; } = new();

    /// <summary>The largest inner packet in bytes.</summary>
    public int MtuBytes { get; init; } = PeerLink.DefaultMtuBytes;

    /// <summary>
    /// Whether the shell takes the stack's packets with <see cref="NodeCore.TryGetStackPacket"/>, large segments among them, and seals those of members itself.
    /// Otherwise they come out of <see cref="NodeCore.TryGetTransmit"/> one by one, sealed.
    /// </summary>
    public bool LargeSegments { get; init; }

    /// <summary>Endpoints a user named (<c>--peer</c>), tried for every member and every joiner's host.</summary>
    public IReadOnlyList<InternetEndpoint> StaticPeers { get; init; } = [];

    /// <summary>Whether this node passes packets on between members of a network it is in.</summary>
    public bool RelayForOthers { get; init; } = true;

    /// <summary>How many bytes a second it passes on at most, frames as they arrive; 0 for no limit.</summary>
    public long RelayBytesPerSecondMax { get; init; }

    /// <summary>How to take part in the Mainline DHT; null to leave it out.</summary>
    public Discovery.Dht.DhtOptions? Dht { get; init; }

    /// <summary>The trackers this node is announced to.</summary>
    public IReadOnlyList<Discovery.Tracker.TrackerUrl> Trackers { get; init; } = [];

    /// <summary>Names under which records of members are looked for in the DNS.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Whether the shell carries multicast on the local network; without, nothing is said there.</summary>
    public bool UseLan { get; init; } = true;

    /// <summary>Whether members are tried where they were known to be before this start.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>How long an attempt to join may take before it is given up.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Likewise where there is a DHT over which members can be called, who look for calls once a minute.</summary>
    public TimeSpan DhtJoinTimeout { get; init; } = TimeSpan.FromSeconds(90);
}
