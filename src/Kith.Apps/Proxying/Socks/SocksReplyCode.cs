namespace Kith.Apps.Proxying.Socks;

/// <summary>Answers to a SOCKS request (RFC 1928 section 6).</summary>
internal enum SocksReplyCode : byte
{
    /// <summary>Connected.</summary>
    Succeeded = 0,

    /// <summary>Something else went wrong.</summary>
    GeneralFailure = 1,

    /// <summary>This proxy does not go there.</summary>
    NotAllowed = 2,

    /// <summary>No way to the network.</summary>
    NetworkUnreachable = 3,

    /// <summary>No such host, or it is away.</summary>
    HostUnreachable = 4,

    /// <summary>Nobody listens there.</summary>
    ConnectionRefused = 5,

    /// <summary>It took too long.</summary>
    TimeToLiveExpired = 6,

    /// <summary>BIND and UDP ASSOCIATE are not offered.</summary>
    CommandNotSupported = 7,

    /// <summary>An address that is neither a name, nor IPv4, nor IPv6.</summary>
    AddressTypeNotSupported = 8,
}
