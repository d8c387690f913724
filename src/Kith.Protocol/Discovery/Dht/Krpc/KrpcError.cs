namespace Kith.Protocol.Discovery.Dht.Krpc;

/// <summary>Error codes of the DHT (BEP 5 "Errors", BEP 44 "Errors").</summary>
public enum KrpcError
{
    /// <summary>Something went wrong.</summary>
    Generic = 201,

    /// <summary>The node will not do it now.</summary>
    Server = 202,

    /// <summary>Malformed, or a token that was not given.</summary>
    Protocol = 203,

    /// <summary>The method is not known.</summary>
    MethodUnknown = 204,

    /// <summary>The item's value is over 1,000 bytes.</summary>
    ValueTooBig = 205,

    /// <summary>The signature does not hold.</summary>
    InvalidSignature = 206,

    /// <summary>The salt is over 64 bytes.</summary>
    SaltTooBig = 207,

    /// <summary>The sequence number is not the one expected (compare and swap).</summary>
    CasMismatch = 301,

    /// <summary>The sequence number is lower than the one stored.</summary>
    SequenceTooLow = 302,
}
