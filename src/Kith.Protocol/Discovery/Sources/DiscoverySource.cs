namespace Kith.Protocol.Discovery.Sources;

/// <summary>A way by which members are found. All are used at once; each can be switched off.</summary>
public enum DiscoverySource
{
    /// <summary>Multicast on the local network.</summary>
    Lan,

    /// <summary>BitTorrent's Mainline DHT.</summary>
    Dht,

    /// <summary>A tracker.</summary>
    Tracker,

    /// <summary>A record in the DNS.</summary>
    Dns,

    /// <summary>An address that a person gave.</summary>
    Static,

    /// <summary>What was known before this start.</summary>
    Cache,

    /// <summary>Other members.</summary>
    Members,
}
