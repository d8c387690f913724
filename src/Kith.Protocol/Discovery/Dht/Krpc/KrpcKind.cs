namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>What a message of the DHT is (BEP 5, key <c>y</c>).</summary>
public enum KrpcKind
{
    /// <summary>A question.</summary>
    Query,

    /// <summary>An answer.</summary>
    Response,

    /// <summary>A refusal.</summary>
    Error,
}
