namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>What a query asks for.</summary>
public enum KrpcMethod
{
    /// <summary>Something this code does not know; answered with an error.</summary>
    Unknown,

    /// <summary>Are you there? (BEP 5)</summary>
    Ping,

    /// <summary>Who is near this id? (BEP 5)</summary>
    FindNode,

    /// <summary>Who has announced this info-hash? (BEP 5)</summary>
    GetPeers,

    /// <summary>I have this info-hash. (BEP 5)</summary>
    AnnouncePeer,

    /// <summary>What item lies at this target? (BEP 44)</summary>
    Get,

    /// <summary>Keep this item. (BEP 44)</summary>
    Put,
}
