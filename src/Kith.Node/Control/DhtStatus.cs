namespace Kith.Node.Control;

/// <summary>The node's part in the DHT.</summary>
/// <param name="ReadOnly">Whether it only asks and answers nobody, because nobody is known or strangers cannot reach this device (BEP 43).</param>
/// <param name="Ipv4">Its part over IPv4.</param>
/// <param name="Ipv6">Its part over IPv6.</param>
/// <param name="Items">Items kept for others.</param>
/// <param name="InfoHashes">Info-hashes whose peers are kept for others.</param>
/// <param name="Traffic">What it cost since the node started.</param>
public sealed record DhtStatus(bool ReadOnly, DhtFamilyStatus Ipv4, DhtFamilyStatus Ipv6, int Items, int InfoHashes, DhtTrafficStatus Traffic);
