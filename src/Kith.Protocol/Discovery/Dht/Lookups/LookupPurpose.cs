namespace Kith.Protocol.Discovery.Dht.Lookups;

/// <summary>What a lookup asks each node for.</summary>
internal enum LookupPurpose
{
    /// <summary>Contacts only: to fill the table.</summary>
    FindNode,

    /// <summary>Peers of an info-hash.</summary>
    GetPeers,

    /// <summary>An item.</summary>
    Get,
}
