using Kith.Protocol.Discovery.Dht;

namespace Kith.Protocol.Core;

/// <summary>The node's part in the DHT as it is now.</summary>
/// <param name="IsReadOnly">Whether it only asks (BEP 43).</param>
/// <param name="IdV4">Its id over IPv4.</param>
/// <param name="ContactsV4">Nodes known over IPv4.</param>
/// <param name="IdV6">Its id over IPv6.</param>
/// <param name="ContactsV6">Nodes known over IPv6.</param>
/// <param name="Items">Items kept for others.</param>
/// <param name="InfoHashes">Info-hashes whose peers are kept for others.</param>
/// <param name="Traffic">What it cost since the start.</param>
public sealed record DhtDescription(bool IsReadOnly, DhtId IdV4, int ContactsV4, DhtId IdV6, int ContactsV6, int Items, int InfoHashes, DhtTraffic Traffic);
